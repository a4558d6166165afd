#include "config/yaml_node.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/quote.hpp"
#include "config/yaml_text.hpp"

// yaml-cpp's own tree keeps duplicate keys and drops the places of keys, and its parser recurses as deep as
// the text does. So its events are taken instead: the tree is built here, and the event that goes too deep
// ends the parsing.

namespace diffgate::config {
namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::size_t kMostNodes = 100'000;
constexpr std::size_t kMostProblems = 100;

struct Place {
  int line;
  int column;
};

// Ends the parsing; the message and place become a problem.
struct Refused {
  Place place;
  std::string message;
  std::string suggestion;
};

// What yaml-cpp's messages mean for the writer. Its own texts are not shown: some repeat a piece of the file,
// which may be a secret.
struct SyntaxMessage {
  std::string_view theirs;  // the beginning of yaml-cpp's message
  std::string_view ours;
  std::string_view suggestion;
};

constexpr std::array kSyntaxMessages{
    SyntaxMessage{"the referenced anchor is not defined", "an alias names an anchor that is not defined",
                  "a text that begins with '*' must be in quotes"},
    SyntaxMessage{"alias not found after *", "an alias without a name",
                  "a text that begins with '*' must be in quotes"},
    SyntaxMessage{"anchor not found after &", "an anchor without a name",
                  "a text that begins with '&' must be in quotes"},
    SyntaxMessage{"illegal map value", "a ':' where no key can stand",
                  "check the indentation, or put a text that holds ': ' in quotes"},
    SyntaxMessage{"end of sequence not found",
                  "the list does not end here, but its next entry does not begin",
                  "align the lines of a list, each with '- '"},
    SyntaxMessage{"end of map not found",
                  "this line is neither a key of the map above it nor part of its value",
                  "align the keys of a map, each as 'key: value'"},
    SyntaxMessage{"end of sequence flow not found", "']' is missing", ""},
    SyntaxMessage{"end of map flow not found", "'}' is missing", ""},
    SyntaxMessage{"illegal flow end", "a ']' or '}' that closes nothing", ""},
    SyntaxMessage{"illegal EOF in scalar", "the closing quote is missing", ""},
    SyntaxMessage{"illegal document indicator in scalar", "the closing quote is missing", ""},
    SyntaxMessage{"unknown escape character", "unknown escape after '\\' in a text in double quotes",
                  "write '\\\\' for a backslash, or use single quotes"},
    SyntaxMessage{"illegal block entry", "a '- ' where no list can stand",
                  "begin a list on a line of its own, below its key"},
    SyntaxMessage{"illegal tab when looking for indentation", "a tab is not allowed as indentation",
                  "use spaces"},
    SyntaxMessage{"bad character found while scanning tag", "a text that begins with '!' must be in quotes",
                  ""},
    SyntaxMessage{"unexpected character in block scalar", "only a comment may follow '|' or '>'",
                  "put a text that begins with '|' or '>' in quotes"},
    SyntaxMessage{"unknown token", "a character that cannot begin a value",
                  "put a text that begins with a special character in quotes"},
    SyntaxMessage{"cannot assign multiple tags", "a text that begins with '!' must be in quotes", ""},
    SyntaxMessage{"cannot assign multiple anchors", "a text that begins with '&' must be in quotes", ""},
    SyntaxMessage{"cannot assign an alias", "a text that begins with '&' or '!' must be in quotes", ""},
};

Refused explain(const YAML::Exception& error, Place place) {
  for (const SyntaxMessage& known : kSyntaxMessages) {
    if (std::string_view(error.msg).starts_with(known.theirs)) {
      return {place, std::string(known.ours), std::string(known.suggestion)};
    }
  }
  return {place, "this is not valid YAML", "check indentation, quotes and brackets around here"};
}

std::size_t count_of(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += count_of(item);
  for (const YamlEntry& entry : node.entries) count += count_of(entry.value);
  return count;
}

std::size_t depth_of(const YamlNode& node) {
  std::size_t deepest = 0;
  for (const YamlNode& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (const YamlEntry& entry : node.entries) deepest = std::max(deepest, depth_of(entry.value));
  return deepest + 1;
}

// Where the lines begin, to turn yaml-cpp's marks (from 0, columns in bytes) into what an editor shows.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  Place place(const YAML::Mark& mark) {
    if (mark.is_null()) return {0, 0};
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto bytes = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line >= starts_.size()) return {static_cast<int>(line) + 1, static_cast<int>(bytes) + 1};
    // Marks mostly move on within a line; counting each from the line's start would be quadratic in a long
    // one.
    if (line != line_ || bytes < bytes_) {
      line_ = line;
      bytes_ = 0;
      column_ = 1;
    }
    for (const char c : text_.substr(std::min(starts_[line] + bytes_, text_.size()), bytes - bytes_)) {
      column_ += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    }
    bytes_ = bytes;
    return {static_cast<int>(line) + 1, column_};
  }

  // The text from a mark on.
  std::string_view from(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (line >= starts_.size()) return {};
    return text_.substr(
        std::min(starts_[line] + static_cast<std::size_t>(std::max(mark.column, 0)), text_.size()));
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  // The last place that was asked for.
  std::size_t line_ = 0;
  std::size_t bytes_ = 0;
  int column_ = 1;
};

// yaml-cpp takes the end of the file for the closing quote; this tells whether there is one. `text` begins
// where the scalar does, or its anchor or tag.
bool lacks_closing_quote(std::string_view text) {
  while (text.starts_with('&') || text.starts_with('!')) {
    const std::size_t end = text.find_first_of(" \t\r\n");
    const std::size_t next = text.find_first_not_of(" \t\r\n", std::min(end, text.size()));
    text.remove_prefix(std::min(next, text.size()));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) return false;
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || !text.substr(i + 1).starts_with(quote)) return false;
      ++i;
    }
  }
  return true;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Lines& lines, std::string file, std::vector<Problem>& problems)
      : lines_(lines), file_(std::move(file)), problems_(problems) {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Refused{lines_.place(mark), "a second document begins here",
                    "keep one document, with nothing behind it"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node(mark, YamlNode::Kind::null), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end())
      throw Refused{lines_.place(mark), "an alias stands inside the value that it names", ""};
    if (frames_.size() + named->second.depth > kDeepest) refuse_depth(mark);
    const Place place = lines_.place(mark);
    count(named->second.nodes, place);
    YamlNode copy = named->second.node;
    copy.line = place.line;
    copy.column = place.column;
    add(std::move(copy), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool text_by_tag = tag == "tag:yaml.org,2002:str";
    if (!text_by_tag) check_tag(mark, tag);
    if (tag != "?" && lacks_closing_quote(lines_.from(mark))) {
      throw Refused{lines_.place(mark), "the closing quote is missing", "close the quote that begins here"};
    }
    YamlNode scalar = node(mark, YamlNode::Kind::scalar);
    scalar.text = value;
    scalar.is_plain = tag == "?";
    add(std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Key {
    std::string text;
    Place place;
    bool is_duplicate = false;
  };
  // A list or map that is still open.
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<Key> key;           // of the map entry whose value comes next
    std::map<std::string, int> seen;  // the map's keys and their lines
  };
  struct Anchored {
    YamlNode node;
    std::size_t nodes;
    std::size_t depth;
  };

  YamlNode node(const YAML::Mark& mark, YamlNode::Kind kind) {
    const Place place = lines_.place(mark);
    count(1, place);
    YamlNode result;
    result.kind = kind;
    result.line = place.line;
    result.column = place.column;
    return result;
  }

  void count(std::size_t nodes, Place place) {
    nodes_ += nodes;
    if (nodes_ > kMostNodes) {
      throw Refused{place, "the file holds more than 100,000 values, aliases included", ""};
    }
  }

  [[noreturn]] void refuse_depth(const YAML::Mark& mark) {
    throw Refused{lines_.place(mark), "more than 100 levels of lists and maps", ""};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Refused{lines_.place(mark), "tags are not supported",
                  "a text that begins with '!' must be in quotes"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check_tag(mark, tag);
    if (frames_.size() >= kDeepest) refuse_depth(mark);
    if (!frames_.empty() && frames_.back().node.is_map() && !frames_.back().key)
      refuse_key(lines_.place(mark));
    frames_.push_back({node(mark, kind), anchor, std::nullopt, {}});
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    add(std::move(frame.node), frame.anchor);
  }

  [[noreturn]] static void refuse_key(Place place) {
    throw Refused{place, "a key must be a text", "write 'key: value', and close every bracket"};
  }

  void add(YamlNode value, YAML::anchor_t anchor) {
    if (anchor != 0) {
      const std::size_t nodes = count_of(value);
      count(nodes, {value.line, value.column});
      anchors_[anchor] = Anchored{value, nodes, depth_of(value)};
    }
    if (frames_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(value));
    } else if (!frame.key) {
      add_key(frame, value);
    } else {
      add_entry(frame, std::move(value));
    }
  }

  void add_key(Frame& frame, const YamlNode& key) {
    if (!key.is_scalar()) refuse_key({key.line, key.column});
    const auto [seen, is_new] = frame.seen.emplace(key.text, key.line);
    frame.key = Key{key.text, {key.line, key.column}, !is_new};
    if (!is_new && problems_.size() < kMostProblems) {
      problems_.push_back(
          {file_, key.line, key.column, path(),
           fmt::format("the key {} is there twice, first in line {}", in_quotes(key.text), seen->second),
           "keep one of them"});
    }
  }

  void add_entry(Frame& frame, YamlNode value) {
    Key key = std::move(*frame.key);
    frame.key.reset();
    if (key.is_duplicate) return;
    // An absent value has the place of what comes after it; the key is what the writer should look at.
    if (value.is_null()) {
      value.line = key.place.line;
      value.column = key.place.column;
    }
    frame.node.entries.push_back({std::move(key.text), key.place.line, key.place.column, std::move(value)});
  }

  std::string path() const {
    std::string result;
    for (const Frame& frame : frames_) {
      if (frame.node.is_list()) {
        result += fmt::format("[{}]", frame.node.items.size());
      } else if (frame.key) {
        result += (result.empty() ? "" : ".") + frame.key->text;
      }
    }
    return result;
  }

  Lines& lines_;
  std::string file_;
  std::vector<Problem>& problems_;
  int documents_ = 0;
  std::size_t nodes_ = 0;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  YamlNode root_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<YamlNode> read_yaml(const std::string& text, const std::string& file,
                                  std::vector<Problem>& problems) {
  if (!check_yaml_text(text, file, problems)) return std::nullopt;
  Lines lines(text);
  TreeBuilder builder(lines, file, problems);
  const auto refuse = [&](const Refused& refused) {
    problems.push_back(
        {file, refused.place.line, refused.place.column, "", refused.message, refused.suggestion});
    return std::nullopt;
  };
  try {
    std::istringstream input(text);
    YAML::Parser parser(input);
    // At most two: the parser can stand still between documents for ever.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const Refused& refused) {
    return refuse(refused);
  } catch (const YAML::Exception& error) {
    return refuse(explain(error, lines.place(error.mark)));
  } catch (const std::exception&) {
    return refuse({{0, 0}, "this is not valid YAML", ""});
  }
  return builder.take_root();
}

}  // namespace diffgate::config
