#pragma once

// From stored deliveries to whose work they are. Deliveries are taken in order of arrival.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/pipeline/bell.hpp"
#include "app/pipeline/build_events.hpp"
#include "app/pipeline/evaluation.hpp"
#include "app/pipeline/pull_queue.hpp"
#include "app/pipeline/services.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

class Intake {
 public:
  // `changed` is called when something is taken up or done.
  Intake(Services& services, RunBoard& board, Evaluation& evaluation, std::function<void()> changed);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // Takes up what is stored, and from then on what `delivery_stored` announces.
  void start();
  void delivery_stored() { arrived_.ring(); }

  // Evaluates a pull request without a delivery.
  void look_at(const vcs::Repo& repo, vcs::PullNumber number, bool artifacts_came = false);

  // Nothing to take up and nothing under way; what waits for a retry counts as at rest.
  bool is_idle() const;

  // Cancels what is under way; its deliveries stay in the store.
  Awaitable<void> stop();

 private:
  struct Note;
  using HandledByNote = std::map<std::pair<DeliveryState, std::string>, std::vector<DeliverySequence>>;

  Awaitable<void> take_deliveries();
  Awaitable<void> take_while_possible();
  Awaitable<void> finish_noted();
  Awaitable<void> handle(StoredDelivery stored);
  Awaitable<vcs::Event> parse(const StoredDelivery& stored);
  Awaitable<std::string> why_not_ours(vcs::Repo repo);
  // Deliveries about builds. True if the delivery was one.
  Awaitable<bool> handle_cloud(const StoredDelivery& stored);
  Awaitable<bool> handle_build(DeliverySequence sequence, const vcs::Event& event);
  void spawn_build_task(std::string name, DeliverySequence sequence, Awaitable<std::string> task);
  Awaitable<void> work_on_build(DeliverySequence sequence, Awaitable<std::string> task);
  Awaitable<std::vector<vcs::PullNumber>> pulls_of(vcs::CheckActionEvent event);
  Awaitable<std::optional<Note>> take(const StoredDelivery& stored, vcs::Event event);

  Services& services_;
  BuildEvents builds_;
  std::function<void()> changed_;
  Bell arrived_;  // a delivery was stored, or room for more was made
  PullQueue queue_;
  TaskGroup tasks_;
  std::set<DeliverySequence> held_;  // deliveries of builds under way
  DeliverySequence last_{0};         // read from the store up to this one
  bool is_to_reread_ = false;        // something was let go of without being finished: read from the start
  HandledByNote noted_;              // need no evaluation, and are to be finished in the store
  std::size_t build_tasks_ = 0;      // under way
  bool is_taking_ = false;
  std::uint64_t seen_ = 0;  // ring of `arrived_` after which the store was found empty
};

}  // namespace diffgate::app
