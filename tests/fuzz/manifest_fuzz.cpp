// Manifests that a fuzzer wrote, through everything that reads them: parsing in windows of all sizes, the
// plan, selection, the audit of keys. Only Error may come out, and the same answer whatever the window's
// size.
//
// An input is: a byte that picks the window's size; a selector up to the first line break; the pull request's
// manifest; optionally after a form feed production's manifest, which is a good one otherwise.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "dbt/manifest_parser.hpp"
#include "dbt/plan.hpp"
#include "dbt/primary_key.hpp"
#include "dbt/selection.hpp"
#include "fuzz_input.hpp"
#include "net/error.hpp"

using namespace diffgate::dbt;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

std::optional<Manifest> read(const std::string& text, std::size_t window) {
  try {
    return Manifest(parse_text(ManifestText::from_string(text, window), "fuzzed"));
  } catch (const diffgate::Error&) {
    return std::nullopt;
  }
}

template <class Work>
void tolerating_errors(Work work) {
  try {
    work();
  } catch (const diffgate::Error&) {
  }
}

void must(bool holds) {
  if (!holds) std::abort();
}

void must_be_same(const Manifest& a, const Manifest& b) {
  const ManifestData& left = a.data();
  const ManifestData& right = b.data();
  must(left.nodes.size() == right.nodes.size() && left.macros.size() == right.macros.size());
  must(left.warnings == right.warnings && left.disabled == right.disabled);
  for (std::size_t i = 0; i < left.nodes.size(); ++i) {
    must(left.nodes[i].id == right.nodes[i].id && left.nodes[i].present == right.nodes[i].present);
    for (std::size_t field = 0; field < kFields; ++field) {
      must(left.raw(left.nodes[i], static_cast<Field>(field)) ==
           right.raw(right.nodes[i], static_cast<Field>(field)));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::size_t kWindows[] = {64, 71, 257, 4096};
  const fuzz::Input input = fuzz::Input::of({reinterpret_cast<const char*>(data), size});
  const std::size_t window = kWindows[input.choice % std::size(kWindows)];

  const auto head = read(input.head, window);
  const auto whole = read(input.head, kWindowSize);
  must(head.has_value() == whole.has_value());
  if (!head) return 0;
  must_be_same(*head, *whole);
  static const std::optional<Manifest> good = read(fuzz::good_manifest(), kWindowSize);
  const std::optional<Manifest> base = input.base.empty() ? good : read(input.base, window);
  if (!base) return 0;

  tolerating_errors([&] { (void)audit_primary_keys(*head, "primary-key"); });
  for (const bool is_selecting : {false, true}) {
    PlanOptions options;
    if (is_selecting) options.select = input.selector;
    options.slim_diff = input.choice % 2 == 1;
    tolerating_errors([&] {
      const Plan plan = make_plan(*base, *head, options);
      (void)mermaid_lineage(plan, 1000);
    });
    tolerating_errors([&] { (void)make_plan(*head, *base, options); });
  }
  SelectionOptions selection;
  selection.select = input.selector;
  selection.indirect = IndirectSelection::buildable;
  tolerating_errors([&] {
    for (const UniqueId& id : select_nodes(*base, *head, selection).ids) (void)describe(*head, id);
  });
  return 0;
}

// Half of the time a value is put in another's place, which bytes alone would seldom achieve.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return fuzz::exchange_value(data, size, max_size, seed);
}
