#include <cstdio>
#include <string>

#include "app/version.hpp"

int main() {
  std::printf("diffgate %s\n", std::string(diffgate::app::version()).c_str());
  return 0;
}
