// The queries about refresh families. Inside a transaction of the caller's.
#pragma once

#include "db/sqlite.hpp"
#include "identity/identity_store.hpp"

namespace cloche::identity::sql {

result<void> put_family(
    db::sqlite_connection& connection, const new_family& family, const refresh_policy& policy
);
result<rotation> rotate(
    db::sqlite_connection& connection, const rotation_request& request, const refresh_policy& policy
);
result<ending> end_family_of(
    db::sqlite_connection& connection, const token_hash& token, instant now
);
result<ending> end_family(db::sqlite_connection& connection, const family_id& family, instant now);
result<std::optional<user>> find_signed_in(
    db::sqlite_connection& connection, const user_id& who, const family_id& family, instant now
);
result<void> prune_families(
    db::sqlite_connection& connection, instant now, const refresh_policy& policy
);

}  // namespace cloche::identity::sql
