#include "session/memory_session_store.hpp"

#include "session/schedule.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace cloche::session {
namespace {

using runtime::task;

class memory_session_store final : public session_store {
public:
    explicit memory_session_store(const refresh_options& options) : options_(options) {}

    task<result<void>> create(record fresh) override { co_return add(std::move(fresh)); }

    task<result<record_ptr>> load(id_hash id) override {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(id);
        co_return at == entries_.end() ? record_ptr() : at->second.session;
    }

    task<result<record_ptr>> compare_and_swap(record next) override {
        co_return swap(std::move(next));
    }

    void touch(const id_hash& id, instant when) override {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(id);
        if (at == entries_.end()) return;
        const record& now = *at->second.session;
        if (now.state == session_state::ended || now.last_used >= when) return;
        record next = now;
        next.last_used = when;
        at->second.session = std::make_shared<const record>(std::move(next));
        // Its place in the agenda is too early now, which is found when its time comes.
    }

    task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) override {
        co_return due_now(now, limit);
    }

    task<result<std::vector<record_ptr>>> in_flight() override {
        co_return all_that([](const record& session) { return session.in_flight.has_value(); });
    }

    task<result<std::vector<record_ptr>>> suspended() override {
        co_return all_that([](const record& session) {
            return session.state == session_state::suspended;
        });
    }

    task<result<std::vector<record_ptr>>> list_by_subject(std::string subject) override {
        co_return of_subject(subject);
    }

    task<result<std::size_t>> purge(instant now) override { co_return purge_now(now); }

    std::size_t live_count() const override {
        const std::lock_guard lock(mutex_);
        return live_;
    }

    task<result<void>> flush() override { co_return result<void>(); }

private:
    struct entry {
        record_ptr session;
        instant agenda_at{};  ///< its place in the agenda: never later than something is due
    };
    using entries = std::unordered_map<id_hash, entry, id_hash_hasher>;

    instant attention_at(const record& session) const {
        instant when = expires_at(session, options_);
        if (session.state == session_state::ended && session.revocation_due) when += purge_slack;
        return std::min(when, work_at(session, options_).value_or(when));
    }

    void place(entries::iterator at) {
        agenda_.erase({at->second.agenda_at, at->first});
        at->second.agenda_at = attention_at(*at->second.session);
        agenda_.emplace(at->second.agenda_at, at->first);
    }

    void count(const record& session, int change) {
        if (session.state == session_state::live) live_ += static_cast<std::size_t>(change);
    }

    result<void> add(record fresh) {
        const std::lock_guard lock(mutex_);
        fresh.version = 1;
        const auto [at, added] = entries_.try_emplace(fresh.id);
        if (!added) CLOCHE_FAIL(errc::exists);
        if (!fresh.subject.empty()) by_subject_.emplace(fresh.subject, fresh.id);
        at->second.session = std::make_shared<const record>(std::move(fresh));
        count(*at->second.session, 1);
        place(at);
        return {};
    }

    result<record_ptr> swap(record next) {
        const std::lock_guard lock(mutex_);
        const auto at = entries_.find(next.id);
        if (at == entries_.end() || at->second.session->version != next.version)
            CLOCHE_FAIL(errc::conflict);
        const record& before = *at->second.session;
        ++next.version;
        next.last_used = std::max(next.last_used, before.last_used);
        count(before, -1);
        if (before.subject != next.subject) {
            forget_subject(before);
            if (!next.subject.empty()) by_subject_.emplace(next.subject, next.id);
        }
        at->second.session = std::make_shared<const record>(std::move(next));
        count(*at->second.session, 1);
        place(at);
        return at->second.session;
    }

    std::vector<record_ptr> due_now(instant now, std::size_t limit) {
        const std::lock_guard lock(mutex_);
        std::vector<record_ptr> found;
        std::vector<id_hash> misplaced;
        for (auto next = agenda_.begin(); next != agenda_.end() && found.size() < limit; ++next) {
            if (next->first > now) break;
            const auto& session = entries_.at(next->second).session;
            if (chore_of(*session, now, options_) != chore::none) {
                found.push_back(session);
            } else if (attention_at(*session) > now) {
                misplaced.push_back(session->id);
            }
        }
        for (const auto& id : misplaced)
            place(entries_.find(id));
        return found;
    }

    template <class Test>
    std::vector<record_ptr> all_that(Test test) const {
        const std::lock_guard lock(mutex_);
        std::vector<record_ptr> found;
        for (const auto& [id, kept] : entries_)
            if (test(*kept.session)) found.push_back(kept.session);
        return found;
    }

    std::vector<record_ptr> of_subject(const std::string& subject) const {
        const std::lock_guard lock(mutex_);
        std::vector<record_ptr> found;
        const auto [first, last] = by_subject_.equal_range(subject);
        for (auto at = first; at != last; ++at) {
            const auto& session = entries_.at(at->second).session;
            if (session->state != session_state::ended) found.push_back(session);
        }
        std::ranges::sort(found, std::greater<>(), [](const auto& session) {
            return session->made;
        });
        return found;
    }

    std::size_t purge_now(instant now) {
        const std::lock_guard lock(mutex_);
        std::size_t gone = 0;
        auto next = agenda_.begin();
        while (next != agenda_.end() && next->first <= now) {
            const auto at = entries_.find(next->second);
            if (!is_purgeable(*at->second.session, now, options_)) {
                ++next;
                continue;
            }
            count(*at->second.session, -1);
            forget_subject(*at->second.session);
            entries_.erase(at);
            next = agenda_.erase(next);
            ++gone;
        }
        return gone;
    }

    void forget_subject(const record& session) {
        const auto [first, last] = by_subject_.equal_range(session.subject);
        for (auto at = first; at != last; ++at) {
            if (at->second != session.id) continue;
            by_subject_.erase(at);
            return;
        }
    }

    const refresh_options options_;
    mutable std::mutex mutex_;
    entries entries_;
    std::set<std::pair<instant, id_hash>> agenda_;
    std::unordered_multimap<std::string, id_hash> by_subject_;
    std::size_t live_ = 0;
};

}  // namespace

std::unique_ptr<session_store> make_memory_session_store(const refresh_options& options) {
    return std::make_unique<memory_session_store>(options);
}

}  // namespace cloche::session
