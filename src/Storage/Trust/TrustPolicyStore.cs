using OrleansRegistry.Oci;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITrustPolicyStore"/>
public sealed class TrustPolicyStore(IDatabase database, TimeProvider clock) : ITrustPolicyStore
{
    private const string InForce = $"""
        select {Columns} from trust_policy t where t.id = coalesce(
          (select d.trust_policy_id from distribution d where d.base_path = @name),
          (select n.trust_policy_id from namespace n where n.name = @namespace),
          (select o.id from trust_policy o where o.is_default))
        """;

    internal const string Columns =
        "t.id, t.name, t.document, t.mode, t.is_default, t.revision, t.created_at, t.updated_at";

    // After the change itself: the row says what it says now.
    private const string Note = """
        insert into trust_policy_change (
          policy_id, revision, action, name, document, mode, is_default, changed_by, changed_at)
        select id, revision, @action, name, document, mode, is_default, @by, @now from trust_policy where id = @id
        """;

    private static readonly Statement Hear = new(AttributionFence.NextEpoch);

    public Task<Guid> CreateAsync(TrustPolicySettings settings, string by, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    if (settings.IsDefault)
                        await DethroneAsync(session, id, by, now, cancellationToken);
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                """
                                insert into trust_policy (
                                  id, name, document, mode, is_default, revision, created_at, updated_at)
                                values (@id, @name, @document, @mode, @is_default, 1, @now, @now)
                                """,
                                [("id", id), ("now", now), .. ValuesOf(settings)]),
                            Noted(id, "created", by, now),
                            Hear,
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task UpdateAsync(
        Guid id, TrustPolicySettings before, TrustPolicySettings after, string by, CancellationToken cancellationToken)
    {
        var changes = ChangedColumns.Between(ValuesOf(before), ValuesOf(after));
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    if (after.IsDefault && !before.IsDefault)
                        await DethroneAsync(session, id, by, now, cancellationToken);
                    var changed = await session.ExecuteAsync(
                        new(
                            $"""
                            update trust_policy set {ChangedColumns.Assignments(changes)}revision = revision + 1,
                              updated_at = @now where id = @id
                            """,
                            [("id", id), ("now", now), .. changes]),
                        cancellationToken);
                    if (changed == 0)
                        throw new ProblemException(
                            ProblemKind.NameUnknown, "The trust policy does not exist any more.", before.Name);
                    await session.ExecuteBatchAsync([Noted(id, "updated", by, now), Hear], cancellationToken);
                    return true;
                },
                cancellationToken),
            after.Name);
    }

    public Task DeleteAsync(Guid id, string by, CancellationToken cancellationToken) => VanishedRows.RefuseAsync(
        () => database.TransactAsync(
            async session =>
            {
                var users = await session.QueryAsync(
                    new(
                        """
                        select 'the distribution ' || name from distribution where trust_policy_id = @id
                        union all select 'the namespace ' || name from namespace where trust_policy_id = @id
                        union all select 'the repository ' || name from repository where accept_id = @id limit 1
                        """,
                        ("id", id)),
                    row => row.String(0),
                    cancellationToken);
                if (users is [var user])
                    throw InUse(user, id);
                await session.ExecuteBatchAsync(
                    [
                        new("update trust_policy set revision = revision + 1 where id = @id", ("id", id)),
                        Noted(id, "deleted", by, clock.GetUtcNow()),
                        new("delete from trust_policy where id = @id", ("id", id)),
                        Hear,
                    ],
                    cancellationToken);
                return true;
            },
            cancellationToken),
        ProblemKind.Conflict,
        "Something was held to the trust policy meanwhile; set its trust_policy or accept to null, or to another one, first.",
        id.ToString());

    public async Task<TrustPolicyRecord?> FindInForceAsync(RepositoryName name, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(InForce, ("name", name.ToString()), ("namespace", NamespaceRows.Of(name.ToString()))), Read, cancellationToken))
        .SingleOrDefault();

    public async Task<TrustPolicyRecord?> FindAcceptanceAsync(Guid repository, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(
                $"select {Columns} from repository r join trust_policy t on t.id = r.accept_id where r.id = @repository",
                ("repository", repository)),
            row => Enforced(Read(row)),
            cancellationToken)).SingleOrDefault();

    public async Task<TrustPolicyRecord?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new($"select {Columns} from trust_policy t where t.id = @id", ("id", id)), Read, cancellationToken))
        .SingleOrDefault();

    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        (await database.QueryAsync(new("select id from trust_policy limit 1"), row => row.Guid(0), cancellationToken)).Count > 0;

    internal static TrustPolicyRecord Read(Row row) => new(
        row.Guid(0),
        new(row.String(1), row.String(2), TrustModes.Parse(row.String(3)), row.Bool(4)),
        row.Int32(5),
        row.Time(6),
        row.Time(7));

    private static TrustPolicyRecord Enforced(TrustPolicyRecord policy) =>
        policy with { Settings = policy.Settings with { Mode = TrustMode.Enforce } };

    // Of one policy at most can it be said.
    private static async ValueTask DethroneAsync(
        ISession session, Guid heir, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await session.QueryAsync(
            new("select id from trust_policy where is_default and id <> @heir", ("heir", heir)),
            row => row.Guid(0),
            cancellationToken);
        foreach (var id in before)
            await session.ExecuteBatchAsync(
                [
                    new(
                        """
                        update trust_policy set is_default = @no, revision = revision + 1, updated_at = @now where id = @id
                        """,
                        ("id", id), ("no", false), ("now", now)),
                    Noted(id, "updated", by, now),
                ],
                cancellationToken);
    }

    private static Statement Noted(Guid id, string action, string by, DateTimeOffset now) =>
        new(Note, ("id", id), ("action", action), ("by", by), ("now", now));

    private static (string Name, object? Value)[] ValuesOf(TrustPolicySettings settings) =>
    [
        ("name", settings.Name),
        ("document", settings.Document),
        ("mode", settings.Mode.Name),
        ("is_default", settings.IsDefault),
    ];

    private static ProblemException InUse(string user, Guid id) => new(
        ProblemKind.Conflict,
        $"The trust policy holds for {user}; set its trust_policy or accept to null, or to another one, first.",
        id.ToString());
}
