#include <array>

#include "app/store/sqlite_store.hpp"

namespace diffgate::app {
namespace {

constexpr std::array kDeliveryStates = {DeliveryState::received, DeliveryState::done, DeliveryState::ignored,
                                        DeliveryState::failed};

vcs::Repo read_repo(const Statement& row) {
  vcs::Repo repo;
  repo.forge = row.text(0);
  repo.id = vcs::RepoId(row.integer(1));
  repo.installation = vcs::InstallationId(row.integer(2));
  repo.full_name = row.text(3);
  return repo;
}

}  // namespace

Awaitable<bool> SqliteStore::add_delivery(NewDelivery delivery) {
  return thread_.ask([delivery = std::move(delivery)](Database& db) {
    Statement insert = db.prepare(
        "INSERT INTO deliveries (forge, id, event, body, received_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING");
    insert.bind(delivery.forge).bind(delivery.id.value()).bind(delivery.event);
    insert.bind_blob(delivery.body).bind(delivery.received_at);
    return insert.run() == 1;
  });
}

Awaitable<std::vector<StoredDelivery>> SqliteStore::waiting_deliveries(DeliverySequence after,
                                                                       std::size_t limit) {
  return thread_.ask([=](Database& db) {
    Statement select = db.prepare(
        "SELECT sequence, forge, id, event, body, received_at, attempts, not_before FROM deliveries "
        "WHERE state = 'received' AND sequence > ? ORDER BY sequence LIMIT ?");
    select.bind(after.value()).bind(static_cast<std::int64_t>(limit));
    std::vector<StoredDelivery> found;
    while (select.step()) {
      StoredDelivery stored;
      stored.sequence = DeliverySequence(select.integer(0));
      stored.delivery.forge = select.text(1);
      stored.delivery.id = vcs::DeliveryId(select.text(2));
      stored.delivery.event = select.text(3);
      stored.delivery.body = select.text(4);
      stored.delivery.received_at = select.time(5);
      stored.attempts = static_cast<int>(select.integer(6));
      stored.not_before = select.time(7);
      found.push_back(std::move(stored));
    }
    return found;
  });
}

Awaitable<void> SqliteStore::finish_deliveries(std::vector<DeliverySequence> sequences, DeliveryState state,
                                               std::string note) {
  return thread_.run([sequences = std::move(sequences), state, note = std::move(note)](Database& db) {
    for (const DeliverySequence sequence : sequences) {
      // A failed one keeps its body, so that a person can have it handled again.
      Statement update = db.prepare(
          "UPDATE deliveries SET state = ?1, note = ?2, body = CASE ?1 WHEN 'failed' THEN body ELSE x'' END "
          "WHERE sequence = ?3");
      update.bind(name_of(state)).bind(note).bind(sequence.value()).run();
    }
  });
}

Awaitable<void> SqliteStore::retry_deliveries(std::vector<DeliverySequence> sequences, std::string error,
                                              UtcTime not_before) {
  return thread_.run([sequences = std::move(sequences), error = std::move(error), not_before](Database& db) {
    for (const DeliverySequence sequence : sequences) {
      Statement update = db.prepare(
          "UPDATE deliveries SET attempts = attempts + 1, note = ?, not_before = ? WHERE sequence = ?");
      update.bind(error).bind(not_before).bind(sequence.value()).run();
    }
  });
}

Awaitable<std::map<DeliveryState, std::int64_t>> SqliteStore::delivery_counts() {
  return thread_.ask([](Database& db) {
    std::map<DeliveryState, std::int64_t> counts;
    Statement select = db.prepare("SELECT state, count(*) FROM deliveries GROUP BY state");
    while (select.step()) {
      const std::string name = select.text(0);
      for (const DeliveryState state : kDeliveryStates) {
        if (name_of(state) == name) counts[state] = select.integer(1);
      }
    }
    return counts;
  });
}

Awaitable<std::optional<UtcTime>> SqliteStore::last_delivery_at(std::string forge) {
  return thread_.ask([forge = std::move(forge)](Database& db) -> std::optional<UtcTime> {
    Statement select =
        db.prepare("SELECT received_at FROM deliveries WHERE forge = ? ORDER BY sequence DESC LIMIT 1");
    select.bind(forge);
    if (!select.step()) return std::nullopt;
    return select.time(0);
  });
}

Awaitable<void> SqliteStore::prune_deliveries(UtcTime before) {
  return thread_.run([before](Database& db) {
    db.prepare("DELETE FROM deliveries WHERE state <> 'received' AND received_at < ?").bind(before).run();
  });
}

Awaitable<void> SqliteStore::remember_repository(ProjectId project, vcs::Repo repo) {
  return thread_.run([project, repo = std::move(repo)](Database& db) {
    Statement upsert = db.prepare(
        "INSERT INTO repositories (project, forge, repo_id, installation, full_name, seen) "
        "VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(seen), 0) + 1 FROM repositories)) "
        "ON CONFLICT (project, forge, repo_id) DO UPDATE SET installation = excluded.installation, "
        "full_name = excluded.full_name, seen = excluded.seen");
    upsert.bind(project.value()).bind(repo.forge).bind(repo.id.value());
    upsert.bind(repo.installation.value()).bind(repo.full_name).run();
  });
}

Awaitable<std::vector<ProjectId>> SqliteStore::projects_of_repository(std::string forge, vcs::RepoId repo) {
  return thread_.ask([forge = std::move(forge), repo](Database& db) {
    Statement select =
        db.prepare("SELECT project FROM repositories WHERE forge = ? AND repo_id = ? ORDER BY project");
    select.bind(forge).bind(repo.value());
    std::vector<ProjectId> projects;
    while (select.step()) projects.emplace_back(select.integer(0));
    return projects;
  });
}

Awaitable<std::optional<vcs::Repo>> SqliteStore::repository_of_project(ProjectId project) {
  return thread_.ask([project](Database& db) -> std::optional<vcs::Repo> {
    Statement select = db.prepare(
        "SELECT forge, repo_id, installation, full_name FROM repositories WHERE project = ? "
        "ORDER BY seen DESC LIMIT 1");
    select.bind(project.value());
    if (!select.step()) return std::nullopt;
    return read_repo(select);
  });
}

Awaitable<void> SqliteStore::forget_repository(std::string forge, vcs::RepoId repo) {
  return thread_.run([forge = std::move(forge), repo](Database& db) {
    db.prepare("DELETE FROM repositories WHERE forge = ? AND repo_id = ?")
        .bind(forge)
        .bind(repo.value())
        .run();
  });
}

Awaitable<void> SqliteStore::stop_installation(std::string forge, vcs::InstallationId installation) {
  return thread_.run([forge = std::move(forge), installation](Database& db) {
    Statement insert = db.prepare(
        "INSERT INTO stopped_installations (forge, installation) VALUES (?, ?) ON CONFLICT DO NOTHING");
    insert.bind(forge).bind(installation.value()).run();
  });
}

Awaitable<void> SqliteStore::resume_installation(std::string forge, vcs::InstallationId installation) {
  return thread_.run([forge = std::move(forge), installation](Database& db) {
    Statement erase = db.prepare("DELETE FROM stopped_installations WHERE forge = ? AND installation = ?");
    erase.bind(forge).bind(installation.value()).run();
  });
}

Awaitable<std::vector<StoppedInstallation>> SqliteStore::stopped_installations() {
  return thread_.ask([](Database& db) {
    Statement select = db.prepare("SELECT forge, installation FROM stopped_installations");
    std::vector<StoppedInstallation> found;
    while (select.step()) found.push_back({select.text(0), vcs::InstallationId(select.integer(1))});
    return found;
  });
}

Awaitable<void> SqliteStore::approve_head(PullKey pull, vcs::Sha head_sha, std::string label,
                                          std::string actor) {
  return thread_.run([pull = std::move(pull), head_sha = std::move(head_sha), label = std::move(label),
                      actor = std::move(actor)](Database& db) {
    Statement insert = db.prepare(
        "INSERT INTO approved_heads (forge, repo_id, pull, head_sha, label, actor) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING");
    insert.bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
    insert.bind(head_sha.value()).bind(label).bind(actor).run();
  });
}

Awaitable<bool> SqliteStore::is_head_approved(PullKey pull, vcs::Sha head_sha, std::string label) {
  return thread_.ask(
      [pull = std::move(pull), head_sha = std::move(head_sha), label = std::move(label)](Database& db) {
        Statement select = db.prepare(
            "SELECT 1 FROM approved_heads WHERE forge = ? AND repo_id = ? AND pull = ? AND head_sha = ? "
            "AND label = ?");
        select.bind(pull.forge).bind(pull.repo.value()).bind(pull.number.value());
        select.bind(head_sha.value()).bind(label);
        return select.step();
      });
}

std::unique_ptr<Store> open_sqlite_store(asio::any_io_executor executor, const std::string& path,
                                         SqliteStoreOptions options) {
  return std::make_unique<SqliteStore>(std::move(executor), path, options);
}

}  // namespace diffgate::app
