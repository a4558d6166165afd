#pragma once

// Column profiles and timelines for people: as text for a terminal, and as a part of the HTML page.

#include <string>

#include "diff/column_profile.hpp"

namespace diffgate::app {

std::string profiles_text(const diff::TableProfiles& profiles);
std::string timeline_text(const diff::Timeline& timeline);

std::string profiles_html(const diff::TableProfiles& profiles);
std::string timeline_html(const diff::Timeline& timeline);

}  // namespace diffgate::app
