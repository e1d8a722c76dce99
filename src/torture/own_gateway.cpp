#include "torture/own_gateway.hpp"

#include <boost/json/serialize.hpp>

namespace cloche::torture {
namespace {

namespace json = boost::json;

/// For /bin/sh.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + '\'';
}

}  // namespace

std::vector<std::string> start_commands(const own_gateway& what) {
    std::vector<std::string> commands;
    const std::string keys = what.folder + "/session.keys";
    for (std::size_t i = 0; i < what.replicas; ++i) {
        const std::string home = what.folder + "/gateway-" + std::to_string(i);
        json::object session{{"store", what.store}, {"mode", what.mode}};
        if (what.replicas > 1) {
            session["replicas"] = "many";
            session["keys"] = keys;
        }
        // JSON is YAML. The port and the API are put in when it starts.
        const json::object config{
            {"listen", "127.0.0.1:{port}"},
            {"operations", "127.0.0.1:0"},
            {"public_url", "http://localhost:{port}"},
            {"data", home},
            {"upstream", "{api}"},
            {"log", {{"level", "warn"}}},
            {"session", std::move(session)}};
        const std::string text = json::serialize(config);
        const std::string file = home + ".yaml";
        std::string command = "printf %s " + quoted(text) + " > " + quoted(file);
        if (what.replicas > 1 && i == 0) {
            command += " && { test -e " + quoted(keys) + " || " + quoted(what.program) +
                       " keys create " + quoted(keys) + "; }";
        }
        command += " && exec " + quoted(what.program) + " serve --config " + quoted(file);
        commands.push_back(std::move(command));
    }
    return commands;
}

}  // namespace cloche::torture
