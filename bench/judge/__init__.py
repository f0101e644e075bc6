"""How often the judge is right: pages that were made for it, labelled by how they were made."""
