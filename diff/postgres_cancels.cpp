#include "diff/postgres_cancels.hpp"

#include <libpq-fe.h>

#include <array>
#include <system_error>
#include <thread>

namespace diffgate::diff {
namespace {

// As many as a warehouse may have sessions.
constexpr std::size_t kMost = 64;

}  // namespace

void PostgresCancels::send(pg_conn* connection) {
  PGcancel* const cancel = PQgetCancel(connection);
  if (cancel == nullptr) return;
  {
    const std::lock_guard lock(mutex_);
    if (under_way_ >= kMost) {
      PQfreeCancel(cancel);
      return;
    }
    ++under_way_;
  }
  try {
    std::thread([self = shared_from_this(), cancel] {
      std::array<char, 256> problem{};
      PQcancel(cancel, problem.data(), static_cast<int>(problem.size()));
      PQfreeCancel(cancel);
      self->end();
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had
    PQfreeCancel(cancel);
    end();
  }
}

bool PostgresCancels::is_idle() const {
  const std::lock_guard lock(mutex_);
  return under_way_ == 0;
}

void PostgresCancels::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, limit, [this] { return under_way_ == 0; });
}

void PostgresCancels::end() {
  const std::lock_guard lock(mutex_);
  --under_way_;
  ended_.notify_all();
}

}  // namespace diffgate::diff
