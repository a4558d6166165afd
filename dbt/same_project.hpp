#pragma once

#include "dbt/manifest.hpp"

namespace diffgate::dbt {

// Throws Error(caller) that names both if the manifests are of two dbt projects. Manifests that name neither
// their project nor its id pass.
void refuse_different_projects(const Manifest& base, const Manifest& head);

}  // namespace diffgate::dbt
