"""Steps carried out on a worker: commands, actions, and what is built in."""
