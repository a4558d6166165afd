#include "app/report/bounded.hpp"

#include <algorithm>
#include <cstddef>

namespace diffgate::app {

std::string join_within(std::size_t max_bytes, const std::string& head, const std::vector<std::string>& parts,
                        const std::function<std::string(std::size_t left_out)>& more,
                        const std::string& foot) {
  if (parts.empty()) return {};
  const std::size_t frame = head.size() + foot.size();
  std::size_t all = frame;
  for (const std::string& part : parts) all += part.size();

  std::string out = head;
  if (all <= max_bytes) {
    for (const std::string& part : parts) out += part;
    return out + foot;
  }
  // The longest `more` is that of the largest count.
  const std::size_t reserved = more(parts.size()).size();
  if (frame + reserved > max_bytes) return {};
  std::size_t taken = 0;
  while (taken < parts.size() && out.size() + parts[taken].size() + reserved + foot.size() <= max_bytes) {
    out += parts[taken++];
  }
  return out + more(parts.size() - taken) + foot;
}

std::string cut_utf8(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace diffgate::app
