# Every target builds what it needs. `make help` lists them.
PYTHON ?= python3
TOOLS = $(PYTHON) -m
BOT = .venv/bot/bin/python
DEV = .venv/dev/bin/python
export RASA_TELEMETRY_ENABLED = false
export TF_CPP_MIN_LOG_LEVEL = 3
export SQLALCHEMY_SILENCE_UBER_WARNING = 1

.DEFAULT_GOAL := help
.PHONY: help run test setup model lint lock chat parse eval eval-door replay check check-answers check-templates policy-diff policy-save screenshots bench marks-export marks-try marks-accept rules-due rules-page answers

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## everything from nothing, then the demo: storefront, console, bot (Ctrl-C ends it)
	@$(TOOLS) tools.run

test: ## everything from nothing, then all tests: lint, unit, conversations, services, browser
	@$(TOOLS) tools.test

setup: ## the locked environments
	@$(TOOLS) tools.environments

model: ## train the model and the door's reader where missing or stale
	@$(TOOLS) tools.model
	@$(TOOLS) tools.door

lint: ## ruff, mypy, import-linter, every answer of every store
	@$(TOOLS) tools.environments dev
	@$(TOOLS) tools.lint

chat: ## the same bot in the terminal (STORE=jd-digital BUYER=u1001)
	@$(TOOLS) tools.chat $(if $(STORE),--store $(STORE)) $(if $(BUYER),--buyer $(BUYER))

parse: ## one message a line in, one JSON reading a line out
	@$(TOOLS) tools.model
	@$(BOT) -m bot.parse

eval: ## the reading, measured on the project's own held-out sets
	@$(TOOLS) tools.model
	@$(BOT) -W ignore -m bot.evaluation

eval-door: ## the compliance door, measured on replies it was not made from
	@$(TOOLS) tools.environments bot desk
	@$(TOOLS) tools.door
	@.venv/desk/bin/python -m aftersales.door.evaluation

bench: ## ours against a stock Rasa project on the same data (QUICK=1, FRESH=1, STOCK=last, ONLY=section)
	@$(TOOLS) tools.bench $(if $(QUICK),--quick) $(if $(FRESH),--fresh) $(if $(STOCK),--stock $(STOCK)) $(if $(ONLY),--only $(ONLY))

marks-export: ## what agents marked at the console, as a review file (OUT=file, SINCE=2026-11-01)
	@$(TOOLS) tools.environments desk
	@.venv/desk/bin/python -m desk.marks_export $(if $(OUT),--out "$(OUT)") $(if $(SINCE),--since "$(SINCE)")

marks-try: ## what the confirmed lines of a review file would change: make marks-try FILE=var/review/marks-20261122.tsv
	@$(TOOLS) tools.environments bot
	@$(BOT) -W ignore -m bot.marks try "$(FILE)"

marks-accept: ## take the confirmed lines of a review file into the training data: make marks-accept FILE=…
	@$(TOOLS) tools.environments bot
	@$(BOT) -W ignore -m bot.marks accept "$(FILE)"

replay: ## play dialogues as buyers: make replay FILE=dialogues.jsonl STORE=jd-digital
	@$(TOOLS) tools.replay --file "$(FILE)" --store "$(STORE)"

check: ## one reply a line in, one JSON verdict a line out (STORE=id, SPEAKER=agent or bot); a file: make check FILE=replies.xlsx OUT=report.html
	@$(TOOLS) tools.environments desk </dev/null >&2
	@$(TOOLS) tools.door </dev/null >&2
	@.venv/desk/bin/python -m aftersales.door --speaker "$(or $(SPEAKER),agent)" $(if $(STORE),--store "$(STORE)") $(if $(FILE),--file "$(FILE)") $(if $(OUT),--out "$(OUT)") $(if $(COLUMN),--column "$(COLUMN)")

check-answers: ## every answer of a store as a buyer reads it (STORE=id or all)
	@$(TOOLS) tools.environments dev
	@$(DEV) -m aftersales.answers --store $(or $(STORE),all)

check-templates: ## the answers and quick replies against rules, terms and the door, nothing printed but problems (STORE=id or all)
	@$(TOOLS) tools.environments dev
	@$(DEV) -m aftersales.answers --check --store $(or $(STORE),all)

answers: ## docs/answers.md: what the bot says to each routine question in each demo store
	@$(TOOLS) tools.environments bot
	@$(TOOLS) tools.model
	@$(BOT) -m tools.answers_page

policy-diff: ## what a change of terms alters, and which past answers it makes wrong (STORE=id FROM=version TO=version or file, OUT=page.html)
	@$(TOOLS) tools.environments desk
	@.venv/desk/bin/python -m desk.policy_answers --store "$(STORE)" $(if $(FROM),--from "$(FROM)") $(if $(TO),--to "$(TO)") $(if $(OUT),--out "$(OUT)") $(if $(SINCE),--since "$(SINCE)")

policy-save: ## keep a store's terms in versions/ before they are edited (STORE=id)
	@$(TOOLS) tools.environments desk
	@.venv/desk/bin/python -m aftersales.policy_save --store "$(STORE)"

rules-due: ## the rules that are to be looked at again, the longest due first (TODAY=2026-12-31)
	@$(TOOLS) tools.environments dev
	@$(DEV) -m aftersales.rules_due $(if $(TODAY),--today $(TODAY))

rules-page: ## docs/rules.md: every rule, and what enforces it
	@$(TOOLS) tools.environments dev
	@$(DEV) -m aftersales.rules_page

screenshots: ## the pictures in docs/images/, taken from a running system
	@$(TOOLS) tools.environments
	@$(DEV) -m tools.screenshots

lock: ## pin the packages anew (versions and hashes, no addresses)
	@$(TOOLS) tools.lock
