#include "dbt/file_mapping.hpp"

// Reading a mapped page that no longer exists in the file raises SIGBUS. Our handler looks whether the
// address is in one of the mappings, puts a page of zeros there and makes a note; the read then goes on.
// systemd's journal does the same. The handler may run in any thread at any point, so the list that it looks
// through is an array of atomics.

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

namespace diffgate::dbt {
namespace {

struct Slot {
  std::atomic<bool> is_taken{false};
  std::atomic<std::uintptr_t> begin{0};  // 0: nothing to be found here
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> is_damaged{false};
};

constexpr std::size_t kSlots = 64;
std::array<Slot, kSlots> slots;
struct sigaction previous;
std::uintptr_t page_size;

bool put_zeros_at(std::uintptr_t address) {
  for (Slot& slot : slots) {
    const std::uintptr_t begin = slot.begin.load();
    if (begin == 0 || address < begin || address >= slot.end.load()) continue;
    void* const page = reinterpret_cast<void*>(address & ~(page_size - 1));
    if (::mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
      return false;
    }
    slot.is_damaged.store(true);
    return true;
  }
  return false;
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  if (put_zeros_at(reinterpret_cast<std::uintptr_t>(info->si_addr))) return;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    // Not ours: the same instruction faults again and ends the process as it would have without us.
    ::sigaction(SIGBUS, &previous, nullptr);
  }
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action{};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &previous);
  });
}

}  // namespace

std::unique_ptr<FileMapping> FileMapping::of(int descriptor, std::size_t size) {
  if (size == 0) return nullptr;
  install_handler();
  std::size_t slot = 0;
  while (slot < kSlots && slots[slot].is_taken.exchange(true)) ++slot;
  if (slot == kSlots) return nullptr;
  void* const begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (begin == MAP_FAILED) {
    slots[slot].is_taken.store(false);
    return nullptr;
  }
  slots[slot].is_damaged.store(false);
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  // A fault in the last page, behind the file's end, is inside of the mapping, too.
  slots[slot].end.store((address + size + page_size - 1) & ~(page_size - 1));
  slots[slot].begin.store(address);
  return std::unique_ptr<FileMapping>(new FileMapping(static_cast<const char*>(begin), size, slot));
}

FileMapping::FileMapping(const char* begin, std::size_t size, std::size_t slot)
    : begin_(begin), size_(size), slot_(slot) {}

FileMapping::~FileMapping() {
  slots[slot_].begin.store(0);
  ::munmap(const_cast<char*>(begin_), size_);
  slots[slot_].is_taken.store(false);
}

bool FileMapping::is_damaged() const { return slots[slot_].is_damaged.load(); }

}  // namespace diffgate::dbt
