// The strict issuer's books: which refresh tokens were spent, how often, and whether that was the
// gateway's fault. Decisions only: the caller tells the time. One thread at a time.
//
// A refresh token names its sign-in and its generation, so that every one that was ever issued is
// known again and none has to be kept.
#pragma once

#include "base/clock.hpp"
#include "torture/disturbances.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cloche::torture {

/// One refresh token.
struct refresh_ticket {
    std::uint64_t family = 0;
    std::uint64_t generation = 0;

    std::string text() const;
    static std::optional<refresh_ticket> read(std::string_view text);
};

/// Why a family of tokens is over.
enum class fate {
    live,
    signed_out,    ///< the gateway said so
    revoked,       ///< by the API itself
    unavoidable,   ///< spent again after its answer was lost, and the grace was over or there is
                   ///< none
    double_spent,  ///< spent again although its answer had come, or was on its way
    unknown,       ///< no such sign-in
};

class token_ledger {
public:
    explicit token_ledger(milliseconds grace) : grace_(grace) {}

    /// A new family; it is the one of that user from now on.
    refresh_ticket sign_in(const std::string& user);

    enum class outcome {
        rotated,   ///< the ticket's successor is live now
        repeated,  ///< within the grace: the same successor again
        refused,
    };
    struct spent {
        outcome what = outcome::refused;
        refresh_ticket successor;
        bool twice = false;         ///< it had been spent before
        bool double_spend = false;  ///< and nothing excuses that
        std::size_t first_by = 0;   ///< with `twice`: the replica that spent the last one
        milliseconds after{0};      ///< with `twice`: how long after that
        std::uint64_t live = 0;     ///< with `twice`: the generation of the live one
    };
    /// `replica`: whose call it is. Each call but a refused one is to be followed by answered().
    spent spend(
        const refresh_ticket& ticket, std::size_t replica, monotonic now, const disturbances& done
    );
    /// The answer to a spend has left whole, or never will.
    void answered(const refresh_ticket& ticket, bool whole);

    /// How many refreshes of that family have come, this one included.
    std::uint64_t count_attempt(std::uint64_t family);
    void end(std::uint64_t family, fate why);
    /// Of the newest sign-in.
    fate fate_of(const std::string& user) const;
    /// Whose family it is; empty if there is none.
    std::string_view user_of(std::uint64_t family) const;

private:
    struct sign_in_record {
        std::string user;
        std::uint64_t generation = 0;  ///< of the token that is live
        std::uint64_t attempts = 0;
        fate over = fate::live;
        // Of the token before.
        monotonic spent_at{};
        std::size_t spent_by = 0;  ///< the replica
        unsigned answers_open = 0;
        bool answer_came = false;
    };

    static bool is_excused(
        const sign_in_record& family, std::size_t replica, monotonic now, const disturbances& done
    );

    milliseconds grace_;
    std::unordered_map<std::uint64_t, sign_in_record> families_;
    struct account {
        std::uint64_t newest = 0;
        std::uint64_t sign_ins = 0;
    };
    std::unordered_map<std::string, account> accounts_;
};

}  // namespace cloche::torture
