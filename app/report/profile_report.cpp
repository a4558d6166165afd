#include "app/report/profile_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/report/escape.hpp"
#include "app/report/numbers.hpp"
#include "app/report/text_table.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t most_points = 400;

// One thing that is said of both sides of a column.
struct Fact {
  std::string_view name;
  std::string prod;
  std::string pr;
};

// Four significant digits are enough to compare; whole numbers stay whole.
std::string real_text(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15)
    return with_separators(static_cast<std::int64_t>(value));
  return fmt::format("{:.5g}", value);
}

std::string share_text(std::int64_t part, std::int64_t whole) {
  return part == 0 ? std::string("0") : with_separators(part) + " (" + percent(part, whole) + ")";
}

std::vector<Fact> facts_of(const diff::ProfiledColumn& column) {
  std::vector<Fact> facts;
  const auto add = [&](std::string_view name, const auto& text_of) {
    Fact fact{name, column.prod ? text_of(*column.prod) : std::string(),
              column.pr ? text_of(*column.pr) : std::string()};
    if (!fact.prod.empty() || !fact.pr.empty()) facts.push_back(std::move(fact));
  };
  using Side = diff::ColumnProfile;
  const auto count = [](const std::optional<std::int64_t>& value) {
    return value ? with_separators(*value) : std::string();
  };
  const auto real = [](const std::optional<double>& value) {
    return value ? real_text(*value) : std::string();
  };
  add("nulls", [](const Side& side) { return share_text(side.nulls, side.rows); });
  add("distinct, about", [&](const Side& side) { return count(side.distinct); });
  add("true", [](const Side& side) {
    return side.trues ? share_text(*side.trues, side.rows - side.nulls) : std::string();
  });
  add("least", [](const Side& side) { return side.min ? clean_line(*side.min, 60) : std::string(); });
  for (std::size_t i = 0; i < std::size(diff::kQuantiles); ++i) {
    constexpr std::string_view names[] = {"5%", "25%", "median", "75%", "95%"};
    add(names[i], [&](const Side& side) { return i < side.quantiles.size() ? real(side.quantiles[i]) : ""; });
  }
  add("greatest", [](const Side& side) { return side.max ? clean_line(*side.max, 60) : std::string(); });
  add("mean", [&](const Side& side) { return real(side.mean); });
  add("sum", [&](const Side& side) { return real(side.sum); });
  add("shortest", [&](const Side& side) { return count(side.min_length); });
  add("longest", [&](const Side& side) { return count(side.max_length); });
  add("mean length", [&](const Side& side) { return real(side.mean_length); });
  return facts;
}

std::string type_words(const diff::ProfiledColumn& column) {
  std::string words = column.prod_type == column.pr_type
                          ? column.pr_type
                          : (column.prod_type.empty() ? "(not there)" : column.prod_type) + " -> " +
                                (column.pr_type.empty() ? "(not there)" : column.pr_type);
  if (column.is_masked) words += ", masked";
  return words;
}

std::string value_words(const diff::FrequentValue& value) {
  return value.value ? clean_line(*value.value, 60) : std::string("NULL");
}

// Bars of eight heights; both sides share one scale.
std::string bars_text(const std::vector<std::int64_t>& bars, std::int64_t most) {
  static constexpr std::string_view heights[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                                 "\u2585", "\u2586", "\u2587", "\u2588"};
  std::string out;
  for (const std::int64_t bar : bars) {
    const auto height = most == 0 ? 0 : (bar * 8 + most - 1) / most;
    out += height == 0 ? std::string_view(" ") : heights[std::min<std::int64_t>(height, 8) - 1];
  }
  return out;
}

std::int64_t highest(const diff::Histogram& histogram) {
  std::int64_t most = 0;
  for (const std::int64_t bar : histogram.prod) most = std::max(most, bar);
  for (const std::int64_t bar : histogram.pr) most = std::max(most, bar);
  return most;
}

std::string sample_words(const diff::TableProfiles& profiles) {
  return fmt::format(
      "Quantiles, bars and frequent values are of a sample: {} rows of production, {} of the PR.",
      with_separators(profiles.prod_sampled), with_separators(profiles.pr_sampled));
}

std::string start_of(const diff::TimelinePoint& point) {
  if (point.start.empty()) return "without a time";
  std::string start = point.start;
  if (start.ends_with(" 00:00:00")) start.resize(start.size() - 9);
  return start;
}

// The PR's bars beside production's, in two colours, as an image without a script.
std::string bars_svg(const diff::Histogram& histogram) {
  constexpr double height = 60;
  constexpr int width = 12;
  const auto most = static_cast<double>(std::max<std::int64_t>(highest(histogram), 1));
  std::string out = fmt::format("<svg class=\"bars\" viewBox=\"0 0 {} {}\" role=\"img\">",
                                width * static_cast<int>(histogram.prod.size()), height);
  for (std::size_t i = 0; i < histogram.prod.size() && i < histogram.pr.size(); ++i) {
    const auto bar = [&](std::int64_t count, int offset, std::string_view css) {
      const double tall = height * static_cast<double>(count) / most;
      return fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{:.1f}\" width=\"5\" height=\"{:.1f}\"></rect>",
                         css, static_cast<int>(i) * width + offset, height - tall, tall);
    };
    out += bar(histogram.prod[i], 0, "prod") + bar(histogram.pr[i], 5, "pr");
  }
  return out + "</svg>";
}

std::string frequent_html(const std::vector<diff::FrequentValue>& values) {
  if (values.empty()) return {};
  std::string rows;
  for (const diff::FrequentValue& value : values) {
    rows += fmt::format("<tr><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
                        value.value ? html_code(*value.value, 100) : "<span class=\"soft\">null</span>",
                        with_separators(value.prod), with_separators(value.pr));
  }
  return "<table>\n<tr><th>Frequent value</th><th class=\"num\">Production</th><th "
         "class=\"num\">PR</th></tr>\n" +
         rows + "</table>\n";
}

}  // namespace

std::string profiles_text(const diff::TableProfiles& profiles) {
  std::string out = "\nProfiles\n";
  for (const diff::ProfiledColumn& column : profiles.columns) {
    out += fmt::format("\n  {}  {}\n", clean_line(column.name.value(), 100),
                       clean_line(type_words(column), 100));
    std::vector<std::vector<std::string>> rows;
    for (const Fact& fact : facts_of(column))
      rows.push_back({"    " + std::string(fact.name), fact.prod, fact.pr, fact.prod == fact.pr ? "" : "*"});
    for (const diff::FrequentValue& value : column.frequent) {
      rows.push_back(
          {"    = " + value_words(value), with_separators(value.prod), with_separators(value.pr), ""});
    }
    out += text_table({"", "PROD", "PR", ""}, rows, {1, 2});
    if (column.histogram) {
      const std::int64_t most = highest(*column.histogram);
      out += fmt::format("    prod |{}|\n    pr   |{}|\n", bars_text(column.histogram->prod, most),
                         bars_text(column.histogram->pr, most));
    }
  }
  return out + "\n  " + sample_words(profiles) + "\n";
}

std::string timeline_text(const diff::Timeline& timeline) {
  std::vector<std::vector<std::string>> rows;
  for (const diff::TimelinePoint& point : timeline.points) {
    rows.push_back({"  " + start_of(point), percent(point.unchanged, point.unchanged + point.changed),
                    with_separators(point.changed), gained(point.added), lost(point.removed)});
  }
  return fmt::format("\nMatch by {} of {}\n", timeline.unit, clean_line(timeline.column.value(), 100)) +
         text_table({"  FROM", "EQUAL ROWS", "CHANGED", "ADDED", "REMOVED"}, rows, {1, 2, 3, 4});
}

std::string profiles_html(const diff::TableProfiles& profiles) {
  std::string out = "<details><summary>Column profiles</summary>\n<p class=\"soft\">" +
                    html_text(sample_words(profiles)) +
                    " In the bars, grey is production and blue is the PR.</p>\n";
  for (const diff::ProfiledColumn& column : profiles.columns) {
    out += "<h3>" + html_code(column.name.value(), 200) + " <span class=\"soft\">" +
           html_text(type_words(column), 200) +
           "</span></h3>\n<div class=\"profile\">\n<table>\n<tr><th></th><th "
           "class=\"num\">Production</th><th class=\"num\">PR</th></tr>\n";
    for (const Fact& fact : facts_of(column)) {
      out += fmt::format("<tr{}><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
                         fact.prod == fact.pr ? "" : " class=\"moved\"", html_text(std::string(fact.name)),
                         html_text(fact.prod, 100), html_text(fact.pr, 100));
    }
    out += "</table>\n" + (column.histogram ? bars_svg(*column.histogram) : std::string()) + "\n" +
           frequent_html(column.frequent) + "</div>\n";
  }
  return out + "</details>\n";
}

std::string timeline_html(const diff::Timeline& timeline) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(timeline.points.size(), most_points); ++i) {
    const diff::TimelinePoint& point = timeline.points[i];
    const std::string share = percent(point.unchanged, point.unchanged + point.changed);
    rows += fmt::format(
        "<tr><td>{}</td><td><span class=\"bar\"><i style=\"width:{:.1f}%\"></i></span>{}</td><td "
        "class=\"num\">{}</td>"
        "<td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
        html_text(start_of(point), 60), 100 * (1 - point.match_rate()),
        html_text(share.empty() ? "no row" : share), with_separators(point.changed), gained(point.added),
        lost(point.removed));
  }
  std::string out = fmt::format(
      "<details><summary>Timeline <span class=\"soft\">by {} of "
      "{}</span></summary>\n<table>\n<tr><th>From</th><th>Equal "
      "rows</th><th class=\"num\">Changed</th><th class=\"num\">Added</th><th "
      "class=\"num\">Removed</th></tr>\n",
      timeline.unit, html_text(timeline.column.value(), 100));
  out += rows + "</table>\n";
  if (timeline.points.size() > most_points)
    out += fmt::format("<p>{} later ones are left out.</p>\n", timeline.points.size() - most_points);
  return out + "</details>\n";
}

}  // namespace diffgate::app
