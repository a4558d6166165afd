#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::config {

// One path segment with wildcards: '*' any characters, '?' one, "[a-z]", "[!a]", "[[:digit:]]" one of a set,
// '\' takes the next character as it is. Characters are Unicode code points. Matching takes at most the
// product of the lengths.
class SegmentGlob {
 public:
  SegmentGlob() = default;
  explicit SegmentGlob(std::string_view pattern);

  // A pattern that ends within an escape matches nothing, as git has it.
  bool matches(std::u32string_view segment) const;
  bool is_literal() const { return is_literal_; }

 private:
  struct Range {
    char32_t first;
    char32_t last;
  };
  struct Token {
    enum class Kind { literal, any_one, any_run, set };
    Kind kind = Kind::literal;
    char32_t character = 0;
    bool is_negated = false;
    std::vector<Range> ranges{};
  };
  bool parse_set(std::u32string_view pattern, std::size_t& at);
  static bool accepts(const Token& token, char32_t character);

  std::vector<Token> tokens_;
  bool is_valid_ = true;
  bool is_literal_ = true;
};

// Segments between '/', matched from the first to the last; "**" stands for any number of segments, none
// included.
class PathGlob {
 public:
  PathGlob() = default;
  // `matches_below`: a match of the path's first segments is enough if there are more, as with a folder.
  PathGlob(const std::vector<std::string>& segments, bool matches_below);

  bool matches(const std::vector<std::u32string>& path) const;

 private:
  struct Segment {
    bool is_any_depth = false;
    SegmentGlob glob;
  };
  std::vector<Segment> segments_;
  bool matches_below_ = false;
};

// Unicode code points of UTF-8; a byte that is not valid stands for itself, above U+10FFFF.
std::u32string code_points(std::string_view text);
std::vector<std::string> split_segments(std::string_view path);
std::vector<std::u32string> split_code_points(std::string_view path);

// Whether a branch name matches a glob such as "main", "release/*" ('*' stays within a segment) or
// "feature/**".
bool branch_matches(std::string_view glob, std::string_view branch);

}  // namespace diffgate::config
