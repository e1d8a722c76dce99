#include "identity/sqlite_accounts.hpp"

#include "identity/sqlite_outbox.hpp"
#include "identity/sqlite_query.hpp"

namespace cloche::identity::sql {
namespace {

constexpr std::int64_t most_places = 20;
constexpr std::chrono::hours place_life{90 * 24};

/// The database need not say from where people sign in.
token_hash digest_of(const user_id& who, const place& where) {
    return crypto::sha256(who.text() + "|" + where.text());
}

result<std::optional<std::string>> find_user_id(
    db::sqlite_connection& connection, const email_address& email
) {
    return first(
        connection,
        "SELECT id FROM users WHERE email = ?",
        [](const db::statement& row) { return row.text(0); },
        email.text()
    );
}

result<void> count_silently(db::sqlite_connection& connection, std::string_view kind) {
    return run(
        connection,
        "INSERT INTO silent_requests (kind, total) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET "
        "total = total + 1",
        kind
    );
}

/// The attempt that the link was mailed for becomes a user. False: there is none.
result<bool> activate(db::sqlite_connection& connection, const presented_link& link) {
    const auto made = change(
        connection,
        "INSERT INTO users (id, email, full_name, role, password_hash, created_at)"
        " SELECT ?, email, full_name, 'user', password_hash, ? FROM registrations"
        " WHERE email = ? AND token = ? AND expires_at > ?",
        link.new_user.text(),
        link.now,
        link.email.text(),
        link.token,
        link.now
    );
    if (!made) return failed(made.error());
    if (*made == 0) return false;
    const auto removed =
        run(connection, "DELETE FROM registrations WHERE email = ?", link.email.text());
    if (!removed) return failed(removed.error());
    const auto known = make_familiar(connection, link.new_user, link.from, link.now);
    if (!known) return failed(known.error());
    return true;
}

/// The link makes a place familiar. False: it was not mailed for that.
result<bool> welcome(db::sqlite_connection& connection, const presented_link& link) {
    const auto owner = first(
        connection,
        "DELETE FROM place_links WHERE token = ? AND expires_at > ?"
        " AND user_id = (SELECT id FROM users WHERE email = ?) RETURNING user_id",
        [](const db::statement& row) { return row.text(0); },
        link.token,
        link.now,
        link.email.text()
    );
    if (!owner) return failed(owner.error());
    if (!*owner) return false;
    const auto known = make_familiar(connection, user_id(**owner), link.from, link.now);
    if (!known) return failed(known.error());
    return true;
}

}  // namespace

result<user> read_user(const db::statement& row, int column) {
    auto email = email_address::parse(row.text(column + 1));
    if (!email) return email.error();
    return user(
        user_id(row.text(column)),
        std::move(*email),
        row.text(column + 2),
        row.text(column + 3),
        instant_of(row.integer(column + 4))
    );
}

result<void> put_registration(
    db::sqlite_connection& connection,
    const registration& attempt,
    const outgoing_mail& if_new,
    const outgoing_mail& if_known
) {
    const auto known = find_user_id(connection, attempt.email);
    if (!known) return known.error();
    if (*known) {
        const auto counted = count_silently(connection, "registration");
        if (!counted) return counted.error();
        return put_mail(connection, if_known);
    }
    // A whole new row: nothing of an earlier attempt stays, its link least of all.
    const auto stored =
        run(connection,
            "INSERT OR REPLACE INTO registrations (email, full_name, password_hash, token, "
            "made_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            attempt.email.text(),
            attempt.full_name,
            attempt.password_hash,
            attempt.token,
            attempt.made,
            attempt.expires);
    if (!stored) return stored.error();
    return put_mail(connection, if_new);
}

result<std::optional<pending_attempt>> find_pending(
    db::sqlite_connection& connection, const email_address& email, instant now
) {
    return first(
        connection,
        "SELECT full_name, made_at FROM registrations WHERE email = ? AND expires_at > ?",
        [](const db::statement& row) {
            return pending_attempt(row.text(0), instant_of(row.integer(1)));
        },
        email.text(),
        now
    );
}

result<void> renew_link(
    db::sqlite_connection& connection,
    const link_renewal& what,
    const outgoing_mail& if_pending,
    const outgoing_mail& if_user
) {
    // A later attempt than the one that the mail speaks of has a mail of its own.
    const auto renewed = change(
        connection,
        "UPDATE registrations SET token = ?, expires_at = ?"
        " WHERE email = ? AND made_at = ? AND expires_at > ?",
        what.token,
        what.expires,
        what.email.text(),
        what.attempt.value_or(instant::min()),
        what.now
    );
    if (!renewed) return renewed.error();
    if (*renewed > 0) return put_mail(connection, if_pending);
    const auto linked = change(
        connection,
        "INSERT OR REPLACE INTO place_links (user_id, token, expires_at)"
        " SELECT id, ?, ? FROM users WHERE email = ? AND disabled = 0",
        what.token,
        what.expires,
        what.email.text()
    );
    if (!linked) return linked.error();
    if (*linked > 0) return put_mail(connection, if_user);
    return count_silently(connection, "link");
}

result<link_outcome> use_link(db::sqlite_connection& connection, const presented_link& link) {
    const auto activated = activate(connection, link);
    if (!activated) return activated.error();
    if (*activated) return link_outcome::activated;
    const auto welcomed = welcome(connection, link);
    if (!welcomed) return welcomed.error();
    return *welcomed ? link_outcome::welcomed : link_outcome::invalid;
}

result<void> put_user(
    db::sqlite_connection& connection, const user& who, const std::string& password_hash
) {
    const auto pending =
        run(connection, "DELETE FROM registrations WHERE email = ?", who.email.text());
    if (!pending) return pending.error();
    return run(
        connection,
        "INSERT INTO users (id, email, full_name, role, password_hash, created_at) VALUES (?, ?, "
        "?, ?, ?, ?)"
        " ON CONFLICT (email) DO UPDATE SET full_name = excluded.full_name, role = excluded.role,"
        " password_hash = excluded.password_hash, disabled = 0",
        who.id.text(),
        who.email.text(),
        who.full_name,
        who.role,
        password_hash,
        who.created
    );
}

result<std::optional<credential>> find_credential(
    db::sqlite_connection& connection, const email_address& email, const place& from
) {
    auto row = prepare(
        connection,
        "SELECT id, email, full_name, role, created_at, password_hash, disabled FROM users WHERE "
        "email = ?",
        email.text()
    );
    if (!row) return row.error();
    const auto there = row->step();
    if (!there) return there.error();
    if (!*there) return std::optional<credential>();
    auto who = read_user(*row, 0);
    if (!who) return who.error();
    credential found(std::move(*who), row->text(5));
    found.disabled = row->integer(6) != 0;
    const auto familiar =
        any(connection,
            "SELECT 1 FROM familiar_places WHERE user_id = ? AND place = ?",
            found.who.id.text(),
            digest_of(found.who.id, from));
    if (!familiar) return familiar.error();
    found.familiar = *familiar;
    return std::optional<credential>(std::move(found));
}

result<bool> still_has_password(
    db::sqlite_connection& connection, const user_id& who, const std::string& hash
) {
    return any(
        connection,
        "SELECT 1 FROM users WHERE id = ? AND password_hash = ? AND disabled = 0",
        who.text(),
        hash
    );
}

result<void> set_password_hash(
    db::sqlite_connection& connection, const user_id& who, const std::string& hash
) {
    return run(connection, "UPDATE users SET password_hash = ? WHERE id = ?", hash, who.text());
}

result<void> make_familiar(
    db::sqlite_connection& connection, const user_id& who, const place& where, instant now
) {
    const auto seen =
        run(connection,
            "INSERT OR REPLACE INTO familiar_places (user_id, place, last_seen) VALUES (?, ?, ?)",
            who.text(),
            digest_of(who, where),
            now);
    if (!seen) return seen.error();
    return run(
        connection,
        "DELETE FROM familiar_places WHERE user_id = ?1 AND place NOT IN"
        " (SELECT place FROM familiar_places WHERE user_id = ?1 ORDER BY last_seen DESC LIMIT ?2)",
        who.text(),
        most_places
    );
}

result<void> prune_accounts(db::sqlite_connection& connection, instant now) {
    const auto attempts = run(connection, "DELETE FROM registrations WHERE expires_at <= ?", now);
    if (!attempts) return attempts.error();
    const auto links = run(connection, "DELETE FROM place_links WHERE expires_at <= ?", now);
    if (!links) return links.error();
    return run(
        connection, "DELETE FROM familiar_places WHERE last_seen < ?", instant(now - place_life)
    );
}

}  // namespace cloche::identity::sql
