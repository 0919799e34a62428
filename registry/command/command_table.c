#include "registry/command/command.h"

const struct lz_command *const lz_command_tables[] = {
    lz_commands_register, lz_commands_roster,  lz_commands_certificate, lz_commands_history,
    lz_commands_badge,    lz_commands_verify,  lz_commands_trust,       lz_commands_account,
    lz_commands_proof,    lz_commands_restore, lz_commands_records,     NULL,
};
