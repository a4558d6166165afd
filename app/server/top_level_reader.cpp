#include "app/server/top_level_reader.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

namespace diffgate::app {
namespace {

// For Json::sax_parse: looks for one key without keeping a text that may be hundreds of megabytes.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(std::string key) : key_(std::move(key)) {}

  bool is_object() const { return is_object_; }
  TopLevel found() const { return found_; }  // of the last one, if the key is there twice

  bool null() override { return value(TopLevel::other); }
  bool boolean(bool) override { return value(TopLevel::other); }
  bool number_integer(number_integer_t) override { return value(TopLevel::other); }
  bool number_unsigned(number_unsigned_t) override { return value(TopLevel::other); }
  bool number_float(number_float_t, const string_t&) override { return value(TopLevel::other); }
  bool string(string_t&) override { return value(TopLevel::other); }
  bool binary(binary_t&) override { return value(TopLevel::other); }
  bool start_object(std::size_t) override {
    if (depth_ == 0) is_object_ = true;
    return start(TopLevel::object);
  }
  bool start_array(std::size_t) override { return start(TopLevel::array); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    if (depth_ == 1) is_wanted_ = name == key_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool value(TopLevel what) {
    if (depth_ == 1 && is_wanted_) found_ = what;
    return true;
  }
  bool start(TopLevel what) {
    value(what);
    ++depth_;
    return true;
  }
  bool end() {
    --depth_;
    return true;
  }

  std::string key_;
  std::size_t depth_ = 0;
  bool is_object_ = false;
  bool is_wanted_ = false;
  TopLevel found_ = TopLevel::nothing;
};

}  // namespace

std::optional<TopLevel> find_top_level(std::istream& text, std::string key) {
  Reader reader(std::move(key));
  if (!nlohmann::json::sax_parse(text, &reader) || !reader.is_object()) return std::nullopt;
  return reader.found();
}

}  // namespace diffgate::app
