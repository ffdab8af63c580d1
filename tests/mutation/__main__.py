"""`python -m tests.mutation [module …]`: mutates the state machine and the router, and reports.

It exits with 1 where a mutant survives that `survivors.toml` does not explain, or where that file
explains one that does not survive.
"""

from __future__ import annotations

import sys

from tests.mutation.campaign import SUITES, Campaign, explanations


def main(names: list[str]) -> int:
    """Mutate the modules, or all of them."""
    known = explanations()
    wrong = 0
    for name in names or [*SUITES]:
        campaign = Campaign(name)
        campaign.run(lambda text: print(text, flush=True))
        unexplained, unneeded = campaign.compared(known.get(name, {}))
        print(f"{name}: {campaign.summary}, {len(unexplained)} not explained")
        for text in unexplained:
            print(f"  survives: {text}")
        for text in unneeded:
            print(f"  is explained, but does not survive: {text}")
        wrong += len(unexplained) + len(unneeded)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
