// Selectors that a fuzzer wrote, as `--select`, as `--exclude` and as a definition of selectors.yml (an input
// that begins with a brace), on a small project.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dbt/manifest.hpp"
#include "dbt/selection.hpp"
#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

void select(const Manifest& head, const std::string& include, const std::string& exclude) {
  static const Manifest base = small_manifest();
  for (const IndirectSelection indirect : {IndirectSelection::none, IndirectSelection::eager,
                                           IndirectSelection::cautious, IndirectSelection::buildable}) {
    SelectionOptions options;
    options.select = include;
    options.exclude = exclude;
    options.indirect = indirect;
    try {
      (void)select_nodes(base, head, options);
    } catch (const diffgate::Error&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const Manifest plain = small_manifest();
  if (!text.starts_with('{')) {
    select(plain, text, {});
    select(plain, {}, text);
    return 0;
  }
  std::string manifest = small_manifest_text();
  static constexpr std::string_view kNone = "\"selectors\":{}";
  manifest.replace(manifest.find(kNone), kNone.size(), "\"selectors\":{\"fuzzed\":" + text + "}");
  try {
    select(parse_manifest(manifest, "fuzzed"), "selector:fuzzed", "selector:*");
  } catch (const diffgate::Error&) {
  }
  return 0;
}
