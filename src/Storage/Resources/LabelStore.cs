using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ILabelStore"/>
public sealed class LabelStore(IDatabase database) : ILabelStore
{
    public Task SetAsync(
        ResourceReference resource, string key, string? value, CancellationToken cancellationToken)
    {
        var (table, holder, owner) = TablesOf(resource.Kind);
        return database.TransactAsync(
            async session =>
            {
                // Under the lock of what it is about: whoever deletes that deletes the label too, or comes first.
                var found = await session.QueryAsync(
                    new($"select id from {owner} where id = @id{database.Dialect.ForUpdate}", ("id", resource.Id)),
                    row => row.Guid(0),
                    cancellationToken);
                if (found.Count == 0)
                    throw new ProblemException(ProblemKind.NameUnknown, "Not found.", resource.Id.ToString());
                return await session.ExecuteAsync(
                    new(
                        $"""
                        insert into {table} ({holder}, key, value) values (@id, @key, @value)
                        on conflict ({holder}, key) do update set value = excluded.value
                        """,
                        ("id", resource.Id), ("key", key), ("value", value)),
                    cancellationToken);
            },
            cancellationToken);
    }

    public async Task<(bool WasSet, string? Value)> UnsetAsync(
        ResourceReference resource, string key, CancellationToken cancellationToken)
    {
        var (table, holder, _) = TablesOf(resource.Kind);
        var removed = await database.TransactAsync(
            session => session.QueryAsync(
                new(
                    $"delete from {table} where {holder} = @id and key = @key returning value",
                    ("id", resource.Id), ("key", key)),
                row => row.StringOrNull(0),
                cancellationToken),
            cancellationToken);
        return removed.Count == 0 ? (false, null) : (true, removed[0]);
    }

    /// <summary>The statements that make the labels of a resource these and no others.</summary>
    internal static IEnumerable<Statement> Replace(Guid resource, Labels labels)
    {
        yield return new("delete from resource_label where resource_id = @id", ("id", resource));
        foreach (var (key, value) in labels)
            yield return new(
                """
                insert into resource_label (resource_id, key, value) values (@id, @key, @value)
                on conflict (resource_id, key) do update set value = excluded.value
                """,
                ("id", resource), ("key", key), ("value", value));
    }

    private static LabelTable TablesOf(ResourceKind kind) => ResourceRow.Of(kind)?.Labels
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no labels of its own.");
}
