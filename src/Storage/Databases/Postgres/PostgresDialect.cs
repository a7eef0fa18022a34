namespace OrleansRegistry.Storage;

internal sealed class PostgresDialect : Dialect
{
    public override string Name => "postgresql";

    public override string TimeType => "timestamptz";

    public override string ForUpdate => " for update";

    public override string In(string column, string parameter) => $"{column} = any(@{parameter})";

    public override string Each(string parameter, string alias) => $"unnest(@{parameter}) as {alias}(value)";

    // An arbitrary key, the same in every version of the program.
    internal override Statement? SchemaLock { get; } =
        new("select pg_advisory_xact_lock(7236279184462381)") { WithoutTimeout = true };
}
