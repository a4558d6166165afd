#pragma once

#include <string>

#include "dbt/manifest.hpp"

namespace diffgate::dbt {

// Throws Error(caller) that names both if the manifests are of two dbt projects. A project under another name
// than before is still that project if most of its models are: then the warning to give, else an empty text.
// Manifests that name neither their project nor its id pass.
std::string refuse_different_projects(const Manifest& base, const Manifest& head);

}  // namespace diffgate::dbt
