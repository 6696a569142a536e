-- A small report: statements as pgbench reads them. `\set NAME random(LEAST, MOST)` draws a number
-- for each transaction, and :NAME stands for it. No other backslash command is known.
\set first random(1, 9900)
BEGIN;
SELECT count(*), sum(abalance) FROM pgbench_accounts WHERE aid BETWEEN :first AND :first + 99;
SELECT tid, tbalance FROM pgbench_tellers ORDER BY tbalance DESC LIMIT 3;
END;
