// Counts what services ask of the store, and gives what the test says.
#pragma once

#include "identity/identity_store.hpp"

#include <optional>

namespace cloche::identity::test {

class fake_store : public identity_store {
public:
    std::optional<credential> known;  ///< what find_credential gives
    std::optional<new_family> begun;
    family_outcome begin_answer = family_outcome::begun;
    unsigned registrations = 0;
    error failure;  ///< what every call fails with, if it is one

    task<result<void>> put_registration(registration, outgoing_mail, outgoing_mail) override {
        ++registrations;
        if (failure) co_return failure;
        co_return result<void>();
    }
    task<result<std::optional<pending_attempt>>> find_pending(email_address, instant) override {
        if (failure) co_return failure;
        co_return std::optional<pending_attempt>();
    }
    task<result<void>> renew_link(link_renewal, outgoing_mail, outgoing_mail) override {
        if (failure) co_return failure;
        co_return result<void>();
    }
    task<result<link_outcome>> use_link(presented_link) override {
        if (failure) co_return failure;
        co_return link_outcome::invalid;
    }
    task<result<void>> put_user(user, std::string) override { co_return result<void>(); }
    task<result<std::optional<credential>>> find_credential(email_address, place) override {
        if (failure) co_return failure;
        co_return known;
    }
    task<result<family_outcome>> begin_family(new_family family, refresh_policy) override {
        begun = std::move(family);
        co_return begin_answer;
    }
    task<result<rotation>> rotate(rotation_request, refresh_policy) override {
        if (failure) co_return failure;
        co_return rotation();
    }
    task<result<ending>> end_family_of(token_hash, instant) override {
        if (failure) co_return failure;
        co_return ending::was_over;
    }
    task<result<ending>> end_family(family_id, instant) override { co_return ending::was_over; }
    task<result<std::optional<user>>> find_signed_in(user_id, family_id, instant) override {
        if (failure) co_return failure;
        co_return std::optional<user>();
    }
    result<void> prune(instant, refresh_policy) override { return {}; }
};

}  // namespace cloche::identity::test
