#include "identity/sqlite_families.hpp"

#include "identity/sqlite_accounts.hpp"
#include "identity/sqlite_query.hpp"

namespace cloche::identity::sql {
namespace {

/// How long an ended family is remembered, so that a spent token of it is known for what it is.
constexpr std::chrono::hours remembered_after_end{24};

/// A family and the number its rows hang on.
struct stored_family {
    std::int64_t number = 0;
    family_state state;
    rotation told;  ///< what the caller hears of it
};

stored_family read_family(const db::statement& row) {
    stored_family family;
    family.number = row.integer(0);
    family.told.family = family_id(row.text(1));
    family.told.who = user_id(row.text(2));
    family.told.role = row.text(3);
    family.state.current = hash_of(row.text(4));
    if (!row.is_null(5)) family.state.predecessor = hash_of(row.text(5));
    family.told.sealed_successor = row.text(6);
    family.state.rotated = instant_of(row.integer(7));
    family.state.absolute_end = family.told.absolute_end = instant_of(row.integer(8));
    family.state.idle_end = family.told.idle_end = instant_of(row.integer(9));
    // A disabled user's families have ended, whatever their rows say (RA-6).
    family.state.revoked = !row.is_null(10) || row.integer(11) != 0;
    return family;
}

result<std::optional<stored_family>> find_family(
    db::sqlite_connection& connection, const token_hash& token
) {
    return first(
        connection,
        "SELECT f.number, f.id, f.user_id, u.role, f.current, f.predecessor, f.sealed_successor, "
        "f.rotated_at,"
        " f.absolute_end, f.idle_end, f.revoked_at, u.disabled"
        " FROM refresh_tokens t JOIN families f ON f.number = t.family JOIN users u ON u.id = "
        "f.user_id"
        " WHERE t.hash = ?",
        read_family,
        token
    );
}

result<void> put_token(
    db::sqlite_connection& connection, const token_hash& token, std::int64_t family
) {
    return run(
        connection, "INSERT INTO refresh_tokens (hash, family) VALUES (?, ?)", token, family
    );
}

result<void> revoke(db::sqlite_connection& connection, std::int64_t number, instant now) {
    return run(
        connection,
        "UPDATE families SET revoked_at = ?, sealed_successor = NULL WHERE number = ? AND "
        "revoked_at IS NULL",
        now,
        number
    );
}

/// The presented token becomes the predecessor, the prepared one the current.
result<void> advance(
    db::sqlite_connection& connection,
    const stored_family& family,
    const rotation_request& request,
    instant idle_end
) {
    const auto moved =
        run(connection,
            "UPDATE families SET predecessor = current, current = ?, sealed_successor = ?, "
            "rotated_at = ?, idle_end = ?"
            " WHERE number = ?",
            request.successor,
            blob{request.sealed_successor},
            request.now,
            idle_end,
            family.number);
    if (!moved) return moved.error();
    return put_token(connection, request.successor, family.number);
}

}  // namespace

result<void> put_family(
    db::sqlite_connection& connection, const new_family& family, const refresh_policy& policy
) {
    const instant absolute_end = family.now + policy.absolute;
    const auto number = first(
        connection,
        "INSERT INTO families (id, user_id, current, rotated_at, created_at, absolute_end, "
        "idle_end)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
        [](const db::statement& row) { return row.integer(0); },
        family.id.text(),
        family.who.text(),
        family.token,
        family.now,
        family.now,
        absolute_end,
        idle_end_from(family.now, absolute_end, policy)
    );
    if (!number) return number.error();
    return put_token(connection, family.token, number->value());
}

result<rotation> rotate(
    db::sqlite_connection& connection, const rotation_request& request, const refresh_policy& policy
) {
    auto family = find_family(connection, request.presented);
    if (!family) return family.error();
    std::optional<family_state> state;
    if (*family) state = (*family)->state;
    const auto step = decide_refresh(state, request.presented, request.now, policy);
    if (!*family) return rotation();
    auto& known = **family;
    if (step == refresh_step::rotate) {
        known.told.idle_end = idle_end_from(request.now, known.told.absolute_end, policy);
        const auto moved = advance(connection, known, request, known.told.idle_end);
        if (!moved) return moved.error();
    }
    if (step == refresh_step::revoke_family) {
        const auto ended = revoke(connection, known.number, request.now);
        if (!ended) return ended.error();
    }
    known.told.step = step;
    if (step != refresh_step::repeat_successor) known.told.sealed_successor.clear();
    return std::move(known.told);
}

result<ending> end_family_of(
    db::sqlite_connection& connection, const token_hash& token, instant now
) {
    const auto family = find_family(connection, token);
    if (!family) return family.error();
    if (!*family || (*family)->state.revoked) return ending::was_over;
    const auto ended = revoke(connection, (*family)->number, now);
    if (!ended) return ended.error();
    return ending::ended;
}

result<ending> end_family(db::sqlite_connection& connection, const family_id& family, instant now) {
    const auto ended = change(
        connection,
        "UPDATE families SET revoked_at = ?, sealed_successor = NULL WHERE id = ? AND revoked_at "
        "IS NULL",
        now,
        family.text()
    );
    if (!ended) return ended.error();
    return *ended > 0 ? ending::ended : ending::was_over;
}

result<std::optional<user>> find_signed_in(
    db::sqlite_connection& connection, const user_id& who, const family_id& family, instant now
) {
    auto row = prepare(
        connection,
        "SELECT u.id, u.email, u.full_name, u.role, u.created_at FROM families f JOIN users u ON "
        "u.id = f.user_id"
        " WHERE f.id = ? AND u.id = ? AND f.revoked_at IS NULL AND f.absolute_end > ? AND "
        "u.disabled = 0",
        family.text(),
        who.text(),
        now
    );
    if (!row) return row.error();
    const auto there = row->step();
    if (!there) return there.error();
    if (!*there) return std::optional<user>();
    auto found = read_user(*row, 0);
    if (!found) return found.error();
    return std::optional<user>(std::move(*found));
}

result<void> prune_families(
    db::sqlite_connection& connection, instant now, const refresh_policy& policy
) {
    const instant forgotten = now - remembered_after_end;
    const auto ended =
        run(connection, "DELETE FROM families WHERE idle_end < ?1 OR revoked_at < ?1", forgotten);
    if (!ended) return ended.error();
    return run(
        connection,
        "UPDATE families SET sealed_successor = NULL WHERE sealed_successor IS NOT NULL AND "
        "rotated_at < ?",
        instant(now - policy.grace)
    );
}

}  // namespace cloche::identity::sql
