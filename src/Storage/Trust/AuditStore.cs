using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IAuditStore"/>
public sealed class AuditStore(IDatabase database, TimeProvider clock) : IAuditStore
{
    internal const string NameColumns = """
        t.audit_id, t.name, t.repository_id, t.version, t.policy_id, t.policy_revision, t.images, t.valid, t.newly_refused
        """;

    private const string Select = $"select {NameColumns} from trust_audit_name t where t.audit_id = @audit";

    private const string Default = "(select o.id from trust_policy o where o.is_default)";

    private readonly string _add = $"""
        insert into trust_audit_image (id, audit_id, name, digest, tag, is_valid, was_valid, fingerprint, why)
        select r.id, @audit, r.name, r.digest, r.tag, r.is_valid = 1,
          case when r.was_valid < 0 then null else r.was_valid = 1 end, nullif(r.fingerprint, ''), r.why
        from {database.Dialect.Rows("r", "id", "name", "digest", "tag", "is_valid", "was_valid", "fingerprint", "why")}
        where true on conflict do nothing
        """;

    private readonly string _described = $"""
        select m.digest, coalesce(m.sha256, m.digest), m.media_type, m.signs from manifest m
        where {database.Dialect.In("m.digest", "manifests")} order by m.digest
        """;

    private readonly string _tags = $"""
        select rc.target, rc.key from repository_content rc
        where rc.repository_id = @repository and rc.kind = {Kinds.Tag}
        and {database.Dialect.In("rc.target", "manifests")} and {InVersion.Rows}
        order by rc.key
        """;

    public Task BeginAsync(AuditOrder order, Guid task, CancellationToken cancellationToken)
    {
        var parameters = order.Parameters;
        return database.TransactAsync(
            async session =>
            {
                var isNew = await session.ExecuteAsync(
                    new(
                        """
                        insert into trust_audit (id, created_at, created_by, task_id, parameters)
                        values (@id, @now, @by, @task, @parameters) on conflict (id) do nothing
                        """,
                        ("id", order.Id), ("now", clock.GetUtcNow()), ("by", order.By), ("task", task),
                        ("parameters", TaskJson.Write(parameters))),
                    cancellationToken);
                if (isNew == 0)
                    return false;
                await session.ExecuteAsync(
                    new(
                        NamesOf(parameters),
                        ("audit", order.Id), ("number", parameters.Version?.Number ?? 0), ("policy", parameters.Policy ?? Guid.Empty),
                        ("repositories", parameters.Version is { } version
                            ? [version.Repository]
                            : (parameters.Repositories ?? []).ToArray()),
                        ("namespace", parameters.Namespace ?? Guid.Empty))
                    {
                        WithoutTimeout = true,
                    },
                    cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public async Task<AuditedName?> NextAsync(Guid audit, string? after, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new($"{Select} and t.name > @after order by t.name limit 1", ("audit", audit), ("after", after ?? "")),
            ReadName, cancellationToken)).SingleOrDefault();

    public async Task<AuditedName?> FindAsync(Guid audit, string name, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new($"{Select} and t.name = @name", ("audit", audit), ("name", name)), ReadName, cancellationToken))
        .SingleOrDefault();

    public async Task<AuditParameters?> FindAsync(Guid audit, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new("select parameters from trust_audit where id = @audit", ("audit", audit)),
            row => TaskJson.Read<AuditParameters>(row.String(0)),
            cancellationToken)).SingleOrDefault();

    public async Task<string?> DocumentAsync(Guid policy, int revision, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(
                "select document from trust_policy_change where policy_id = @policy and revision = @revision",
                ("policy", policy), ("revision", revision)),
            row => row.String(0),
            cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<Digest>> ManifestsAsync(
        Guid repository, int version, Digest? after, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select rc.key from repository_content rc
                where rc.repository_id = @repository and rc.kind = {Kinds.Manifest} and rc.key > @after
                and {InVersion.Rows}
                order by rc.key limit @limit
                """,
                ("repository", repository), ("version", version), ("after", after?.ToString() ?? ""), ("limit", limit)),
            row => row.Digest(0),
            cancellationToken);

    public async Task<IReadOnlyList<AuditedManifest>> DescribeAsync(
        Guid repository, int version, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var digests = manifests.Texts();
        var tags = (await database.QueryAsync(
            new(_tags, ("repository", repository), ("version", version), ("manifests", digests)),
            row => (Manifest: row.Digest(0), Tag: row.Tag(1)),
            cancellationToken)).ToLookup(one => one.Manifest, one => one.Tag);
        return await database.QueryAsync(
            new(_described, ("manifests", digests)),
            row => new AuditedManifest(
                row.Digest(0), row.Digest(1), MediaTypes.IsIndex(row.String(2)), row.Bool(3), [.. tags[row.Digest(0)]]),
            cancellationToken);
    }

    public Task AddAsync(Guid audit, IReadOnlyCollection<AuditedImage> images, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
            return Task.CompletedTask;
        var add = Statement.OverRows(
            _add,
            images.Count,
            ("audit", audit),
            ("id", Column(one => one.Id)),
            ("name", Column(one => one.Name)),
            ("digest", Column(one => one.Manifest.ToString())),
            ("tag", Column(one => one.Tag?.ToString() ?? "")),
            ("is_valid", Column(one => one.IsValid ? 1L : 0L)),
            ("was_valid", Column(one => one.WasValid is null ? -1L : one.WasValid is true ? 1L : 0L)),
            ("fingerprint", Column(one => one.Fingerprint ?? "")),
            ("why", Column(one => one.Why)));
        return VanishedRows.RefuseAsync(
            () => database.TransactAsync(session => session.ExecuteAsync(add, cancellationToken), cancellationToken),
            ProblemKind.NameUnknown, "The audit was deleted meanwhile.", audit.ToString());

        T[] Column<T>(Func<AuditedImage, T> value) => [.. images.Select(value)];
    }

    public async Task<IReadOnlyList<AuditedImage>> ImagesAsync(
        Guid audit, Guid? after, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select {AuditLists.ImageColumns} from trust_audit_image t
                where t.audit_id = @audit and t.id > @after order by t.id limit @limit
                """,
                ("audit", audit), ("after", after ?? Guid.Empty), ("limit", limit)),
            AuditLists.ReadImage,
            cancellationToken);

    public Task FinishAsync(Guid audit, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            await session.ExecuteAsync(
                new(
                    """
                    update trust_audit_name as t set images = f.images, valid = f.valid, newly_refused = f.newly_refused
                    from (
                      select i.name, count(*) as images, sum(case when i.is_valid then 1 else 0 end) as valid,
                        sum(case when i.was_valid and not i.is_valid then 1 else 0 end) as newly_refused
                      from trust_audit_image i where i.audit_id = @audit group by i.name
                    ) f where t.audit_id = @audit and t.name = f.name
                    """,
                    ("audit", audit))
                {
                    WithoutTimeout = true,
                },
                cancellationToken);
            return await session.ExecuteAsync(
                new(
                    "update trust_audit set finished_at = @now where id = @audit and finished_at is null",
                    ("audit", audit), ("now", clock.GetUtcNow())),
                cancellationToken);
        },
        cancellationToken);

    public Task<bool> DeleteAsync(Guid audit, CancellationToken cancellationToken) =>
        database.DeleteAsync("trust_audit", audit, cancellationToken);

    internal static AuditedName ReadName(Row row) => new(
        row.Guid(0), row.String(1), row.Guid(2), row.Int32(3), row.GuidOrNull(4), row.Int32OrNull(5),
        new(1, row.Int64(6), row.Int64(7), row.Int64(8)));

    // Each name by which a repository is served, with the version that it serves; and what nothing serves, by its own name.
    private string NamesOf(AuditParameters parameters)
    {
        var these = database.Dialect.In("r.id", "repositories");
        var (served, unserved) = parameters switch
        {
            { Version: not null } or { Repositories: not null } => (these, these),
            { Namespace: not null } => ("d.namespace_id = @namespace", "false"),
            _ => ("true", "true"),
        };
        var (version, head) =
            parameters.Version is null ? ("coalesce(d.pinned_version, r.head)", "r.head") : ("@number", "@number");
        var (policy, other) = parameters.Policy is null
            ? ($"coalesce(d.trust_policy_id, s.trust_policy_id, {Default})", Default)
            : ("@policy", "@policy");
        return $"""
            insert into trust_audit_name (audit_id, name, repository_id, version, policy_id, policy_revision)
            select @audit, n.name, n.repository_id, n.version, p.id, p.revision
            from (
              select d.base_path as name, r.id as repository_id, {version} as version, {policy} as policy_id
              from repository r join distribution d on d.repository_id = r.id
              left join namespace s on s.id = d.namespace_id
              where {served}
              union all
              select r.name, r.id, {head}, {other} from repository r
              where {unserved} and not exists (select 1 from distribution d where d.repository_id = r.id)
            ) n left join trust_policy p on p.id = n.policy_id
            where true on conflict do nothing
            """;
    }
}
