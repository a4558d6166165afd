#include "diff/relation.hpp"
