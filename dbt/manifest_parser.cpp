#include "dbt/manifest_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "dbt/entry_reader.hpp"
#include "dbt/json_stream.hpp"
#include "dbt/sections.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

constexpr int kNewestSchema = 12;

class Parser {
 public:
  Parser(ManifestData& data, TextWindow& text)
      : data_(data), stream_(text, data.name), entries_(stream_, data) {}

  void parse() {
    const char first = stream_.peek();
    if (first == '\0') fail("is empty, not a dbt manifest");
    if (first != '{') fail(fmt::format("is not a dbt manifest: no JSON object at byte {}", stream_.offset()));
    stream_.enter();
    while (stream_.next_member()) read_section(std::string(entries_.kept_key()));
    stream_.expect_end();
    finish();
  }

 private:
  [[noreturn]] void fail(std::string what, std::string hint = {}) const {
    throw Error(ErrorClass::caller, std::move(what), data_.name, std::move(hint));
  }

  void read_section(const std::string& section) {
    const bool is_wanted = read_wanted_section(section);
    if (!is_wanted) {
      stream_.skip();
    } else if (!seen_.insert(section).second) {
      fail(fmt::format("holds '{}' twice", section), "is it a manifest.json that dbt wrote?");
    }
  }

  bool read_wanted_section(std::string_view section) {
    if (const auto type = type_of_section(section)) {
      entries_.read_nodes(section, *type);
    } else if (section == "metadata") {
      read_metadata();
    } else if (section == "macros") {
      entries_.read_macros();
    } else if (section == "disabled") {
      read_disabled();
    } else if (section == "selectors") {
      data_.selectors = entries_.kept_value();
    } else {
      return false;
    }
    return true;
  }

  void read_metadata() {
    if (!entries_.enter_object("metadata")) return;
    while (stream_.next_member()) {
      const std::string_view key = stream_.key();
      if (std::string* const text = metadata_of(key)) {
        *text = decode_string(stream_.take());
      } else if (key == "env") {
        read_environment();
      } else {
        stream_.skip();
      }
    }
  }

  std::string* metadata_of(std::string_view key) {
    if (key == "dbt_schema_version") return &schema_url_;
    if (key == "dbt_version") return &data_.info.dbt_version;
    if (key == "adapter_type") return &data_.info.adapter_type;
    if (key == "project_name") return &data_.info.project_name;
    if (key == "project_id") return &data_.project_id;
    if (key == "generated_at") return &data_.info.generated_at;
    return nullptr;
  }

  void read_environment() {
    if (!entries_.enter_object("metadata.env")) return;
    while (stream_.next_member()) {
      if (stream_.key() == "GIT_SHA") {
        data_.info.git_sha = decode_string(stream_.take());
      } else {
        stream_.skip();
      }
    }
  }

  // From v4 an object of lists by id, before that a list of nodes.
  void read_disabled() {
    const char first = stream_.peek();
    if (first == '{') {
      stream_.enter();
      while (stream_.next_member()) {
        data_.disabled.push_back(entries_.kept_key());
        stream_.skip();
      }
    } else if (first == '[') {
      stream_.enter();
      while (stream_.next_item()) read_disabled_node();
    } else {
      if (first != 'n') entries_.warn("disabled is neither an object nor a list");
      stream_.skip();
    }
    std::sort(data_.disabled.begin(), data_.disabled.end());
  }

  void read_disabled_node() {
    if (stream_.peek() != '{') return stream_.skip();
    stream_.enter();
    while (stream_.next_member()) {
      if (stream_.key() == "unique_id") {
        data_.disabled.push_back(data_.unescaped.emplace_back(decode_string(stream_.take())));
      } else {
        stream_.skip();
      }
    }
  }

  void finish() {
    data_.info.schema_version = schema_version();
    // The metrics of before v10 are another thing than today's; dbt throws them away when it reads such a
    // file.
    constexpr int kFirstWithTodaysMetrics = 10;
    if (data_.info.schema_version < kFirstWithTodaysMetrics) drop_metrics();
    for (const Node& node : data_.nodes) {
      if (node.type == ResourceType::model) ++data_.info.models;
    }
  }

  int schema_version() const {
    if (schema_url_.empty()) fail("is not a dbt manifest: metadata.dbt_schema_version is missing");
    const std::size_t slash = schema_url_.rfind('/');
    const std::string_view last =
        std::string_view(schema_url_).substr(slash == std::string::npos ? 0 : slash + 1);
    if (schema_url_.find("/manifest/") == std::string::npos) {
      fail(fmt::format("is not a dbt manifest: its schema is {}", schema_url_), "give the manifest.json");
    }
    int version = 0;
    if (last.size() > 1 && last.front() == 'v') {
      for (const char c : last.substr(1)) {
        if (c < '0' || c > '9' || version > 1000) break;
        version = version * 10 + (c - '0');
      }
    }
    if (version < 1 || version > kNewestSchema) {
      fail(fmt::format("has the manifest schema {}, known are v1 to v{}", last, kNewestSchema),
           "is a newer diffgate out?");
    }
    return version;
  }

  void drop_metrics() {
    auto& nodes = data_.nodes;
    const auto is_metric = [](const Node& node) { return node.type == ResourceType::metric; };
    if (std::none_of(nodes.begin(), nodes.end(), is_metric)) return;
    std::erase_if(nodes, is_metric);
    data_.node_index.clear();
    for (NodeIndex i = 0; i < nodes.size(); ++i) data_.node_index.emplace(nodes[i].id, i);
  }

  ManifestData& data_;
  JsonStream stream_;
  EntryReader entries_;
  std::string schema_url_;
  std::set<std::string> seen_;  // sections
};

// Windows editors and shells put a byte order mark in front, or write UTF-16.
void pass_byte_order_mark(TextWindow& text, const std::string& name) {
  const std::string_view start = text.view();
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
    throw Error(ErrorClass::caller, "is UTF-16, not a dbt manifest", name,
                "dbt writes UTF-8: was it saved by an editor or a shell?");
  }
  if (start.starts_with("\xef\xbb\xbf")) text.advance(3);
}

}  // namespace

std::shared_ptr<const ManifestData> parse_text(ManifestText text, std::string_view name) {
  auto data = std::make_shared<ManifestData>(std::move(text));
  data->name = name;
  try {
    pass_byte_order_mark(data->text.window(), data->name);
    Parser(*data, data->text.window()).parse();
  } catch (const Error&) {
    data->expect_unchanged();
    throw;
  }
  data->text.close();
  data->expect_unchanged();
  return data;
}

}  // namespace diffgate::dbt
