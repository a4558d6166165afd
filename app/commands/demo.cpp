#include "app/demo/demo.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/commands.hpp"

namespace diffgate::app {

void add_demo(CLI::App& app, Job& chosen) {
  CLI::App* command =
      app.add_subcommand("demo", "One pull request's whole journey on this machine, with a stand-in forge");
  auto options = std::make_shared<DemoOptions>();
  command->add_flag("--gitlab", options->gitlab, "As GitLab would do it");
  command->add_flag("--keep", options->keep, "Leave the daemon up afterwards");
  command->footer("Example:\n  diffgate demo --gitlab");
  command->callback([&chosen, options] { chosen = [options] { return demo(*options); }; });
}

}  // namespace diffgate::app
