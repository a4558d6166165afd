#include "app/serve.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/files.hpp"
#include "app/selector_check.hpp"
#include "config/server_config.hpp"

namespace diffgate::app {

void add_serve(CLI::App& app, Job& chosen) {
  CLI::App* command = app.add_subcommand("serve", "The daemon: webhooks in, check runs and comments out");
  auto file = std::make_shared<std::string>();
  command->add_option("--config", *file, "The server file")->required();
  command->footer("Example:\n  diffgate serve --config /etc/diffgate.yml");
  command->callback([&chosen, file] {
    chosen = [file] {
      const auto parsed = config::read_server_config(*file, environment(), selector_check());
      for (const config::Problem& problem : parsed.problems) {
        std::fprintf(stderr, "%s\n", config::to_line(problem).c_str());
      }
      if (!parsed.ok()) return 2;
      return serve(parsed.value, {});
    };
  });
}

}  // namespace diffgate::app
