"""What the numbers say: origins, exposure, findings, and what is not known. docs/model.md defines every figure."""
