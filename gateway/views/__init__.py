"""Pages of the gateway: `running` authorisations, `taking` in archives, `reading` posts, `agreeing` posts."""
