"""What `make` calls: environments, model, the running system. Standard library only, any Python from 3.10 on."""
