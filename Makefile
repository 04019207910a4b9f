# Everything a person starts by hand. Only Python >= 3.11 is needed; PYTHON=/path/to/python3 picks one.
COMMANDS = demo run test bench lint requirements

.PHONY: $(COMMANDS) help
help:
	@echo "make demo          a whole simulated lab on http://127.0.0.1:8000"
	@echo "make run           the same for a real lab, without demo data"
	@echo "make test          every test"
	@echo "make bench         benchmarks; ONLY=ingest picks some by name"
	@echo "make lint          ruff, mypy, import contracts, templates, message catalogues"
	@echo "make requirements  compile requirements/ from pyproject.toml"

$(COMMANDS):
	@sh tools/start $@ $(ONLY)
