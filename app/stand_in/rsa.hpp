#pragma once

// The other side of a GitHub App's identity: a key pair, and the check of what was signed with it.

#include <string>
#include <string_view>

#include "net/clock.hpp"
#include "net/secret.hpp"

namespace diffgate::app::stand_in {

struct RsaKey {
  Secret private_pem;
  std::string public_pem;
};

// 2,048 bits, as GitHub makes them.
RsaKey generate_rsa_key();

// Why GitHub would refuse this App token, or an empty text: signature (RS256), issuer, and its times, of
// which `exp` may be ten minutes ahead at most (GitHub docs, "Generating a JSON Web Token (JWT) for a GitHub
// App").
std::string refusal_of_app_token(std::string_view token, const std::string& public_pem,
                                 std::string_view app_id, UtcTime now);

}  // namespace diffgate::app::stand_in
