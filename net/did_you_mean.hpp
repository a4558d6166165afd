#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diffgate {

// "did you mean 'slim_diff'?" for the nearest of `known`, or empty if none is near: at most a third of the
// letters may differ (an exchange of neighbours counts as one), case and '-' against '_' do not count.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace diffgate
