#include "vcs/commit_chain.hpp"

#include <doctest/doctest.h>

using namespace diffgate::vcs;

namespace {

Sha sha(char digit) { return Sha(std::string(40, digit)); }

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("messages follow first parents from the head, oldest first, past what a merge brought in") {
  const std::vector<ListedCommit> commits = {
      {sha('1'), {sha('0')}, "first"},
      {sha('2'), {sha('9')}, "of another branch"},
      {sha('3'), {sha('1'), sha('2')}, "merge"},
      {sha('4'), {sha('3')}, "last"},
  };
  CHECK(first_parent_messages(commits, sha('4')) == Strings{"first", "merge", "last"});
  CHECK(first_parent_messages(commits, sha('1')) == Strings{"first"});
}

TEST_CASE("a list without the head, an empty one and one that goes in a circle all end") {
  CHECK(first_parent_messages({}, sha('1')).empty());
  CHECK(first_parent_messages({{sha('1'), {}, "root"}}, sha('2')).empty());
  CHECK(first_parent_messages({{sha('1'), {sha('2')}, "a"}, {sha('2'), {sha('1')}, "b"}}, sha('1')) ==
        Strings{"b", "a"});
}
