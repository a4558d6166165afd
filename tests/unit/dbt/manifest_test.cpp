#include "dbt/manifest.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "dbt/plan.hpp"
#include "dbt/selection.hpp"
#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;
using diffgate::Error;
using diffgate::ErrorClass;

namespace {

std::string error_of(const std::string& json) {
  try {
    (void)parse_manifest(json, "the file");
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::caller);
    return error.what();
  }
  return "no error";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string with_schema(int version) {
  return R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v)" +
         std::to_string(version) + R"(.json"}, "nodes": {}})";
}

class TemporaryFile {
 public:
  TemporaryFile()
      : path_(std::filesystem::temp_directory_path() / ("manifest_test_" + std::to_string(::getpid()))) {}
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void write_gzip(const std::string& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  CHECK(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()));
  gzclose(file);
}

}  // namespace

TEST_CASE("a manifest says which project, dbt and commit it is of") {
  const ManifestInfo info = small_manifest().info();
  CHECK(info.schema_version == 12);
  CHECK(info.dbt_version == "1.12.0");
  CHECK(info.adapter_type == "duckdb");
  CHECK(info.project_name == "shop");
  CHECK(info.git_sha == "0123abc");
  CHECK(info.models == 4);
}

TEST_CASE("what is no manifest is refused in words") {
  struct Row {
    std::string json;
    const char* part;
  };
  const Row rows[] = {
      {"", "is empty"},
      {"  \n ", "is empty"},
      {"hello", "no JSON object at byte 0"},
      {"[1, 2]", "no JSON object at byte 0"},
      {repeated("[", 100'000), "no JSON object"},
      {"{}", "dbt_schema_version is missing"},
      {R"({"nodes": {}})", "dbt_schema_version is missing"},
      {R"({"metadata": [], "nodes": {}})", "'metadata' is a list, expected an object, at byte 13"},
      {R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}})",
       "its schema is https://schemas.getdbt.com/dbt/run-results/v6.json"},
      {with_schema(13), "has the manifest schema v13.json, known are v1 to v12"},
      {with_schema(0), "known are v1 to v12"},
      {R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v99999999999999999999.json"}})",
       "known are v1 to v12"},
      {"\xff\xfe{\0}\0", "is UTF-16"},
      {"{\"a\": \"\xff\xff\"}", "is not UTF-8, at byte 7"},
      {with_schema(12) + "garbage", "is not"},
      {with_schema(12) + with_schema(12), "something follows its end"},
      {R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": 5})", "'nodes' is a number"},
      {R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.a.b": []}})",
       "'model.a.b' is a list"},
      {R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.a.b": null}})",
       "'model.a.b' is null"},
      {R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"a": {"name": tru}}})",
       "is not"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json.substr(0, 200));
    const std::string error = error_of(row.json);
    CAPTURE(error);
    CHECK(has(error, "the file: "));
    CHECK(has(error, row.part));
  }
}

TEST_CASE("every schema version from 1 to 12 is read") {
  for (int version = 1; version <= 12; ++version) {
    CHECK(parse_manifest(with_schema(version), "m").info().schema_version == version);
  }
}

TEST_CASE("a manifest that is cut off anywhere is refused, and the message tells how much there was") {
  const std::string whole = small_manifest_text();
  for (std::size_t size = 1; size < whole.size(); size += 7) {
    const std::string error = error_of(whole.substr(0, size));
    CAPTURE(size);
    CHECK(error != "no error");
  }
  CHECK(has(error_of(whole.substr(0, 5000)), "is cut off: the JSON does not end by byte 5000"));
}

TEST_CASE("a byte order mark in front does no harm") {
  CHECK(parse_manifest("\xef\xbb\xbf" + small_manifest_text(), "m").info().models == 4);
}

TEST_CASE("what is nested too deep is refused wherever it stands, long before a stack could run out") {
  const auto nested = [](std::size_t levels) { return repeated("[", levels) + repeated("]", levels); };
  const auto beside_the_sections = [&](std::size_t levels) {
    std::string text = small_manifest_text();
    return text.insert(1, "\"unknown\": " + nested(levels) + ",");
  };
  const auto in_a_config = [&](std::size_t levels) {
    std::string text = small_manifest_text();
    const std::string key = "\"lookback\":1";
    return text.replace(text.find(key), key.size(), "\"lookback\":" + nested(levels));
  };
  CHECK(parse_manifest(beside_the_sections(127), "m").info().models == 4);
  CHECK(has(error_of(beside_the_sections(128)), "nested more than 128 levels deep, at byte 139"));
  CHECK(has(error_of(beside_the_sections(1'000'000)), "nested more than 128 levels deep, at byte 139"));
  // The root, the section, the node and its config are four levels.
  CHECK(parse_manifest(in_a_config(124), "m").info().models == 4);
  CHECK(has(error_of(in_a_config(125)), "nested more than 128 levels deep"));

  SelectionOptions options;
  options.select = "state:modified";
  const auto modified = select_nodes(small_manifest(), parse_manifest(in_a_config(124), "m"), options).ids;
  CHECK(modified == std::vector<UniqueId>{UniqueId("model.shop.stg_customers")});
  CHECK(select_nodes(parse_manifest(in_a_config(124), "m"), parse_manifest(in_a_config(124), "m"), options)
            .ids.empty());
}

TEST_CASE("a section that is there twice is refused") {
  std::string text = small_manifest_text();
  text.insert(1, "\"nodes\": {},");
  CHECK(has(error_of(text), "holds 'nodes' twice"));
}

TEST_CASE("of a key that is there twice the last counts") {
  std::string text = small_manifest_text();
  const std::string key = "\"raw_code\":\"w * h\"";
  text.replace(text.find(key), key.size(), "\"raw_code\":\"other\"," + key);
  SelectionOptions options;
  options.select = "state:modified";
  CHECK(select_nodes(small_manifest(), parse_manifest(text, "m"), options).ids.empty());
}

TEST_CASE("ids may hold quotes, newlines and escapes") {
  const std::string id = R"(model.shop.\"odd\"\n\u00e9)";
  std::string text = small_manifest_text();
  text.replace(text.find("\"nodes\":{"), 9,
               "\"nodes\":{\"" + id + R"(":{"resource_type":"model","name":"odd","fqn":["shop","odd"]},)");
  SelectionOptions options;
  options.select = "state:new";
  const auto ids = select_nodes(small_manifest(), parse_manifest(text, "m"), options).ids;
  REQUIRE(ids.size() == 1);
  CHECK(ids.front().value() == "model.shop.\"odd\"\n\xc3\xa9");
}

TEST_CASE("two spellings of one string are the same string") {
  std::string text = small_manifest_text();
  const std::string code = "\"raw_code\":\"w * h\"";
  text.replace(text.find(code), code.size(), R"("raw_code":"\u0077 * \u0068")");
  SelectionOptions options;
  options.select = "state:modified";
  CHECK(select_nodes(small_manifest(), parse_manifest(text, "m"), options).ids.empty());
}

TEST_CASE("values of a wrong type become warnings and stop nothing") {
  const char* const patch = R"([
    {"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": 5},
    {"op": "replace", "path": "/nodes/model.shop.orders/fqn", "value": "text"},
    {"op": "replace", "path": "/nodes/model.shop.orders/depends_on", "value": [1]},
    {"op": "replace", "path": "/nodes/model.shop.customers/depends_on/nodes", "value": {"a": 1}},
    {"op": "replace", "path": "/nodes/model.shop.customers/config", "value": "text"}])";
  const Manifest head = small_manifest(patch);
  SelectionOptions options;
  options.select = "state:modified+";
  const Selection selection = select_nodes(small_manifest(), head, options);
  std::string warnings;
  for (const std::string& warning : selection.warnings) warnings += warning + "\n";
  CAPTURE(warnings);
  CHECK(has(warnings, "model.shop.orders: raw_code is a number"));
  CHECK(has(warnings, "model.shop.orders: fqn is a string"));
  CHECK(has(warnings, "model.shop.orders: depends_on is no object"));
  CHECK(has(warnings, "model.shop.customers: depends_on.nodes is an object"));
  CHECK(has(warnings, "model.shop.customers: config is a string"));
}

TEST_CASE("disabled nodes of all versions are known") {
  const std::string before = R"({"metadata": {"dbt_schema_version": "x/manifest/v2.json"}, "nodes": {
      "model.a.b": {"resource_type": "model", "name": "b", "config": {"materialized": "table"},
                    "relation_name": "d.s.b"}}})";
  const std::string as_list = R"({"metadata": {"dbt_schema_version": "x/manifest/v2.json"}, "nodes": {},
      "disabled": [{"unique_id": "model.a.b"}]})";
  const std::string as_object = R"({"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {},
      "disabled": {"model.a.b": [{}]}})";
  for (const std::string& now : {as_list, as_object}) {
    const Plan plan = make_plan(parse_manifest(before, "base"), parse_manifest(now, "head"), {});
    REQUIRE(plan.models.size() == 1);
    CHECK(plan.models.front().action == PlanAction::list);
    CHECK(plan.models.front().reason == PlanReason::disabled);
  }
}

TEST_CASE("metrics of before version 10 are thrown away, as dbt does") {
  const auto metrics = [](const char* version, const char* label) {
    return parse_manifest(std::string(R"({"metadata": {"dbt_schema_version": "x/manifest/)") + version +
                              R"(.json"}, "metrics": {"metric.a.m": {"name": "m", "label": ")" + label +
                              R"("}}})",
                          "m");
  };
  SelectionOptions all;
  CHECK(select_nodes(metrics("v9", "a"), metrics("v9", "b"), all).ids.empty());
  CHECK(select_nodes(metrics("v10", "a"), metrics("v10", "b"), all).ids.size() == 1);
}

TEST_CASE("plain and gzip files are read, others are refused with their path") {
  const TemporaryFile file;
  const std::string text = small_manifest_text();
  {
    std::ofstream out(file.path());
    out << text;
  }
  CHECK(load_manifest(file.path()).info().models == 4);
  write_gzip(file.path(), text);
  CHECK(load_manifest(file.path()).info().models == 4);

  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
  CHECK_THROWS_WITH_AS((void)load_manifest(file.path()), doctest::Contains("the gzip data ends early"),
                       Error);
  {
    std::ofstream out(file.path());
    out << "\x1f\x8b\x08 no gzip at all, though it starts so";
  }
  CHECK_THROWS_WITH_AS((void)load_manifest(file.path()), doctest::Contains("broken gzip data"), Error);
  CHECK_THROWS_WITH_AS((void)load_manifest("/nowhere/manifest.json"),
                       doctest::Contains("/nowhere/manifest.json: can't be read: No such file"), Error);
  CHECK_THROWS_WITH_AS((void)load_manifest("/tmp"), doctest::Contains("is a folder"), Error);
}
