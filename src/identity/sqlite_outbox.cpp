#include "identity/sqlite_outbox.hpp"

#include "identity/sqlite_query.hpp"

#include <array>

namespace cloche::identity::sql {
namespace {

constexpr std::array kinds{
    mail_kind::verification, mail_kind::already_registered, mail_kind::new_place};

mail_kind kind_of(std::string_view name) {
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [name](mail_kind kind) {
        return name_of(kind) == name;
    });
    return found == kinds.end() ? mail_kind::verification : *found;
}

}  // namespace

result<void> put_mail(db::sqlite_connection& connection, const outgoing_mail& mail) {
    return run(
        connection,
        "INSERT INTO outbox (id, kind, recipient, subject, sealed_body, created_at, due_at, "
        "give_up_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        mail.id,
        name_of(mail.kind),
        mail.to.text(),
        mail.subject,
        blob{mail.sealed_body},
        mail.created,
        mail.created,
        mail.give_up
    );
}

result<std::vector<due_mail>> due_mails(
    db::sqlite_connection& connection, instant now, std::size_t most
) {
    auto rows = prepare(
        connection,
        "SELECT id, kind, recipient, subject, sealed_body, created_at, give_up_at, attempts FROM "
        "outbox"
        " WHERE sealed_body IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?",
        now,
        static_cast<std::int64_t>(most)
    );
    if (!rows) return rows.error();
    std::vector<due_mail> found;
    for (;;) {
        const auto more = rows->step();
        if (!more) return more.error();
        if (!*more) return found;
        auto recipient = email_address::parse(rows->text(2));
        if (!recipient) return recipient.error();
        outgoing_mail mail(rows->text(0), kind_of(rows->text(1)), std::move(*recipient));
        mail.subject = rows->text(3);
        mail.sealed_body = rows->text(4);
        mail.created = instant_of(rows->integer(5));
        mail.give_up = instant_of(rows->integer(6));
        due_mail next(std::move(mail));
        next.attempts = static_cast<unsigned>(rows->integer(7));
        found.push_back(std::move(next));
    }
}

result<std::optional<instant>> next_due_mail(db::sqlite_connection& connection) {
    return first(
        connection,
        "SELECT due_at FROM outbox WHERE sealed_body IS NOT NULL ORDER BY due_at LIMIT 1",
        [](const db::statement& row) { return instant_of(row.integer(0)); }
    );
}

result<void> remove_mail(db::sqlite_connection& connection, const std::string& id) {
    return run(connection, "DELETE FROM outbox WHERE id = ?", id);
}

result<void> begin_try(db::sqlite_connection& connection, const std::string& id, instant again) {
    return run(
        connection, "UPDATE outbox SET due_at = ?, attempts = attempts + 1 WHERE id = ?", again, id
    );
}

result<void> note_failure(
    db::sqlite_connection& connection, const std::string& id, const std::string& reason
) {
    return run(connection, "UPDATE outbox SET last_error = ? WHERE id = ?", reason, id);
}

result<void> give_up_mail(
    db::sqlite_connection& connection, const std::string& id, const std::string& reason
) {
    return run(
        connection,
        "UPDATE outbox SET sealed_body = NULL, last_error = ? WHERE id = "
        "?",
        reason,
        id
    );
}

result<void> prune_mails(db::sqlite_connection& connection, instant now) {
    const auto month_ago = now - std::chrono::hours(30 * 24);
    return run(
        connection, "DELETE FROM outbox WHERE sealed_body IS NULL AND give_up_at < ?", month_ago
    );
}

}  // namespace cloche::identity::sql
