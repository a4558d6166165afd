#pragma once

// Reads the entries of a manifest's sections: the nodes of all types, and macros. Of an entry only the wanted
// values are kept, as raw text (see manifest_data.hpp); the others are stepped over.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dbt/json_stream.hpp"
#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/wanted_keys.hpp"

namespace diffgate::dbt {

class EntryReader {
 public:
  // Fills `data` from `stream`. Both outlive the reader.
  EntryReader(JsonStream& stream, ManifestData& data) : stream_(stream), data_(data) {}

  // The object that comes next; `section` is what errors call it. In the section `nodes` (type `other`) each
  // entry says its own type.
  void read_nodes(std::string_view section, ResourceType type);
  void read_macros();

  // Into the object that comes next; false for null, which is then behind us. Throws Error(caller) for
  // others.
  bool enter_object(std::string_view where);

  // The next member's key, decoded, for as long as the manifest lives.
  std::string_view kept_key();

  // The next value's text, kept; empty for null.
  std::string_view kept_value();

  // Adds to the manifest's warnings, of which there are at most a hundred.
  void warn(std::string warning);

 private:
  void read_node(std::string_view id, ResourceType section_type);
  void read_macro(std::string_view id);
  void enter_entry(std::string_view id);
  void read_depends_on(std::string_view id);
  void note(std::string_view id, const Wanted& wanted);
  bool is_disabled_by(std::string_view config);
  void add(Node node);

  std::string_view& found(Field field) { return found_[static_cast<std::size_t>(field)]; }

  JsonStream& stream_;
  ManifestData& data_;
  JsonReader reader_;
  std::array<std::string_view, kFields> found_{};  // of the entry being read
};

}  // namespace diffgate::dbt
