#include "torture/token_ledger.hpp"

#include "torture/dice.hpp"

#include <algorithm>
#include <charconv>

namespace cloche::torture {
namespace {

/// A disturbance excuses a repeat when it came while the answer could still get lost: within the
/// longest lease, and a little more.
constexpr milliseconds excused_for{10'000};
/// A call may have lain with the API for so long before it was dealt with, and its caller be gone
/// by then. Longer than that the run itself is late.
constexpr milliseconds on_its_way{1'000};

std::optional<std::uint64_t> read_number(std::string_view digits, int base) {
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, failed] = std::from_chars(digits.data(), end, value, base);
    if (failed != std::errc() || stopped != end) return std::nullopt;
    return value;
}

std::string in_hex(std::uint64_t value) {
    std::string digits(16, '0');
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, value >>= 4U)
        *at = "0123456789abcdef"[value & 15U];
    return digits;
}

/// FNV-1a: the same on every machine.
std::uint64_t number_of(std::string_view user) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : user)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

}  // namespace

std::string refresh_ticket::text() const {
    return "rt-" + in_hex(family) + '-' + std::to_string(generation);
}

std::optional<refresh_ticket> refresh_ticket::read(std::string_view text) {
    constexpr std::size_t family_at = 3;
    constexpr std::size_t generation_at = family_at + 16 + 1;
    if (!text.starts_with("rt-") || text.size() <= generation_at) return std::nullopt;
    if (text[generation_at - 1] != '-') return std::nullopt;
    const auto family = read_number(text.substr(family_at, 16), 16);
    const auto generation = read_number(text.substr(generation_at), 10);
    if (!family || !generation) return std::nullopt;
    return refresh_ticket{*family, *generation};
}

refresh_ticket token_ledger::sign_in(const std::string& user) {
    account& who = accounts_[user];
    const std::uint64_t family = dice::of(number_of(user), {++who.sign_ins}).next();
    who.newest = family;
    families_[family].user = user;
    return {family, 0};
}

token_ledger::spent token_ledger::spend(
    const refresh_ticket& ticket, std::size_t replica, monotonic now, const disturbances& done
) {
    const auto found = families_.find(ticket.family);
    if (found == families_.end() || ticket.generation > found->second.generation) return {};
    auto& family = found->second;
    spent out;
    if (ticket.generation == family.generation) {
        if (family.over != fate::live) return out;
        ++family.generation;
        family.spent_at = now;
        family.spent_by = replica;
        family.answers_open = 1;
        family.answer_came = false;
        out.what = outcome::rotated;
        out.successor = {ticket.family, family.generation};
        return out;
    }

    out.twice = true;
    out.first_by = family.spent_by;
    out.live = family.generation;
    out.after = std::chrono::duration_cast<milliseconds>(now - family.spent_at);
    const bool direct = ticket.generation + 1 == family.generation;
    // What is over already is not lost once more.
    const bool excused =
        family.over != fate::live || (direct && is_excused(family, replica, now, done));
    out.double_spend = !excused;
    if (family.over != fate::live) return out;
    if (direct && grace_ > milliseconds::zero() && now - family.spent_at <= grace_) {
        ++family.answers_open;
        out.what = outcome::repeated;
        out.successor = {ticket.family, family.generation};
        return out;
    }
    family.over = excused ? fate::unavoidable : fate::double_spent;
    return out;
}

/// For the repeat of the token before the live one, by `replica`.
bool token_ledger::is_excused(
    const sign_in_record& family, std::size_t replica, monotonic now, const disturbances& done
) {
    const bool answer_lost = !family.answer_came && family.answers_open == 0;
    if (answer_lost) return true;
    // Whoever spent it could not keep what it got.
    const monotonic from = family.spent_at - on_its_way;
    const monotonic to = std::min(now, family.spent_at + excused_for);
    if (done.befell(family.spent_by, from, to)) return true;
    // Whoever repeats it was stopped between its last look at the record and the call, and somebody
    // else's turn came meanwhile.
    return done.paused(replica, std::max(family.spent_at, now - excused_for), now);
}

void token_ledger::answered(const refresh_ticket& ticket, bool whole) {
    const auto found = families_.find(ticket.family);
    if (found == families_.end() || ticket.generation + 1 != found->second.generation) return;
    --found->second.answers_open;
    if (whole) found->second.answer_came = true;
}

std::uint64_t token_ledger::count_attempt(std::uint64_t family) {
    const auto found = families_.find(family);
    return found == families_.end() ? 0 : ++found->second.attempts;
}

void token_ledger::end(std::uint64_t family, fate why) {
    const auto found = families_.find(family);
    if (found != families_.end() && found->second.over == fate::live) found->second.over = why;
}

fate token_ledger::fate_of(const std::string& user) const {
    const auto who = accounts_.find(user);
    if (who == accounts_.end()) return fate::unknown;
    return families_.at(who->second.newest).over;
}

std::string_view token_ledger::user_of(std::uint64_t family) const {
    const auto found = families_.find(family);
    return found == families_.end() ? std::string_view() : std::string_view(found->second.user);
}

}  // namespace cloche::torture
