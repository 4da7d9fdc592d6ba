/**
 * The exceptions of databases' drivers, and of what wraps them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { When } from "./rule.ts";

const DRIVER =
  /^(?:sqlite3|django\.db(?:\.utils)?|sqlalchemy(?:\.exc)?|psycopg2?(?:\.\w+)*|pymysql(?:\.err)?|MySQLdb(?:\.\w+)*|mysql\.connector(?:\.\w+)*|peewee|asyncpg(?:\.\w+)*|pg8000(?:\.\w+)*|redis(?:\.\w+)*|pymongo(?:\.\w+)*|_mysql_exceptions|mongoengine(?:\.\w+)*|pyodbc|pymssql(?:\.\w+)*|oracledb(?:\.\w+)*|cx_Oracle|ldap3?(?:\.\w+)*|aiomysql(?:\.\w+)*|elasticsearch(?:\.\w+)*|elastic_transport|kombu(?:\.\w+)*|amqp(?:\.\w+)*|tortoise(?:\.\w+)*|pony(?:\.\w+)*|neo4j(?:\.\w+)*|valkey(?:\.\w+)*|opensearchpy(?:\.\w+)*|cassandra(?:\.\w+)*|clickhouse_driver(?:\.\w+)*|clickhouse_connect(?:\.\w+)*|kafka(?:\.\w+)*|pika(?:\.\w+)*|aiormq(?:\.\w+)*|meilisearch(?:\.\w+)*|influxdb(?:_client)?(?:\.\w+)*|arango(?:\.\w+)*|couchdb(?:\.\w+)*)\./;

/** Tells whether an exception is of a database, by its class. */
export function isOfDriver(type: string): boolean {
  return DRIVER.test(type);
}

/** Code of drivers that hand on the system's own exceptions. */
const CODE =
  /\/(asyncpg|aiomysql|asyncmy|neo4j|cassandra|clickhouse_driver|pika|aio_pika|aiormq|nats|kafka|aiokafka|motor)\//;

/** The driver whose code an exception of the system's came through. */
export function driverBelow(
  { frames }: { frames: readonly { file: string }[] },
): string | undefined {
  return frames.map(({ file }) => CODE.exec(file)?.[1])
    .findLast((each) => each !== undefined);
}

/** An exception of the system's that came through a driver. */
export const THROUGH_DRIVER: When = {
  errno: "ECONNREFUSED ETIMEDOUT EHOSTUNREACH ENETUNREACH",
  through: CODE,
};
export const NAME_THROUGH_DRIVER: When = { type: "gaierror", through: CODE };

/** An exception of a database with such a message. */
export function told(message: RegExp): When {
  return { type: DRIVER, message };
}
