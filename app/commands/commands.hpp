#pragma once

// Each command adds its options to the parser and leaves in `chosen` what is to be done if it is the one
// asked for.

#include <functional>

namespace CLI {
class App;
}

namespace diffgate::app {

// Returns the exit code; a failure is an exception.
using Job = std::function<int()>;

void add_check_primary_keys(CLI::App& app, Job& chosen);
void add_compare(CLI::App& app, Job& chosen);
void add_config(CLI::App& app, Job& chosen);
void add_demo(CLI::App& app, Job& chosen);
void add_diff(CLI::App& app, Job& chosen);
void add_doctor(CLI::App& app, Job& chosen);
void add_ls(CLI::App& app, Job& chosen);
void add_match_files(CLI::App& app, Job& chosen);
void add_new_key(CLI::App& config, Job& chosen);  // below `config`
void add_plan(CLI::App& app, Job& chosen);
void add_serve(CLI::App& app, Job& chosen);
void add_trigger_job(CLI::App& app, Job& chosen);
void add_submit(CLI::App& app, Job& chosen);
void add_trigger(CLI::App& app, Job& chosen);
void add_upload(CLI::App& app, Job& chosen);

}  // namespace diffgate::app
