using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IDistributionStore"/>
public sealed class DistributionStore(IDatabase database, TimeProvider clock) : IDistributionStore
{
    private const string Find =
        "select repository_id, pinned_version, pull_through_id from distribution where base_path = @path";

    private const string Repository = """
        insert into repository (id, name, head, created_at, pushed)
        select @repository, @name, 0, @now, @yes
        where not exists (select 1 from distribution d where d.base_path = @name)
        on conflict (name) do nothing
        """;

    private const string VersionOf = """
        insert into repository_version (
          repository_id, number, created_at,
          added_blobs, added_manifests, added_tags, added_signatures,
          removed_blobs, removed_manifests, removed_tags, removed_signatures,
          present_blobs, present_manifests, present_tags, present_signatures)
        select id, 0, @now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from
        """;

    private const string Namespace =
        "insert into namespace (id, name, created_at) select @namespace_id, @namespace, @now where true";

    private const string Distribution = """
        insert into distribution (id, name, base_path, repository_id, namespace_id, created_at, private)
        select @distribution, @name, @name, r.id, n.id, @now, @private
        """;

    private const string IfNew = "on conflict do nothing";

    public async Task<Binding?> FindAsync(RepositoryName basePath, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(Find, ("path", basePath.ToString())), Read, cancellationToken);
        return found.SingleOrDefault();
    }

    public Task<Binding> GetOrCreateAsync(
        RepositoryName basePath, bool isPrivate, CancellationToken cancellationToken)
    {
        var name = basePath.ToString();
        return VanishedRows.RepeatAsync(() => database.TransactAsync(
            async session =>
            {
                var repository = Guid.CreateVersion7();
                if (database.Dialect.ChangesInsideWith)
                {
                    if (await session.ExecuteAsync(CreateAtOnce(repository, name, isPrivate), cancellationToken) == 1)
                        return new Binding(repository, null);
                    // Something of it is there; what came at this very moment, the next statements see.
                    await session.ExecuteBatchAsync(TakeBack(repository), cancellationToken);
                    repository = Guid.CreateVersion7();
                }

                if (await session.ExecuteBatchAsync(Create(repository, name, isPrivate), cancellationToken) is [.., 1])
                    return new Binding(repository, null);
                await session.ExecuteBatchAsync(TakeBack(repository), cancellationToken);
                var found = await session.QueryAsync(new(Find, ("path", name)), Read, cancellationToken);
                return found switch
                {
                    [{ } binding] => binding,
                    [null] => throw new ProblemException(
                        ProblemKind.NameUnknown,
                        "A distribution of that path exists, and serves no repository; bind it to one first.",
                        name),
                    _ => throw Taken(name),
                };
            },
            cancellationToken));
    }

    public async Task<IReadOnlyList<string>> ListAsync(
        string? last, int limit, CatalogReader reader, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select d.base_path from distribution d join repository r on r.id = d.repository_id
                left join namespace n on n.id = d.namespace_id
                where d.base_path > @last and r.head > 0 and (@all or not d.private or n.name = @own)
                order by d.base_path limit @limit
                """,
                ("last", last ?? ""), ("limit", limit), ("all", reader.SeesAll), ("own", reader.OwnNamespace)),
            row => row.String(0),
            cancellationToken);

    // Both are new, or neither: what of that name exists already is somebody's, and a push adopts nothing. Whoever
    // pushes the same new name at the same time waits at the repository's name, and finds both.
    private Statement[] Create(Guid repository, string name, bool isPrivate)
    {
        var values = Values(repository, name, isPrivate);
        return
        [
            new(Repository, values),
            new($"{VersionOf} repository where id = @repository", values),
            new($"{Namespace} on conflict (name) do nothing", values),
            new($"{Distribution} from repository r, namespace n where r.id = @repository and n.name = @namespace {IfNew}", values),
        ];
    }

    private Statement CreateAtOnce(Guid repository, string name, bool isPrivate) => new(
        $"""
        with made as ({Repository} returning id),
        version as ({VersionOf} made),
        space as ({Namespace} and not exists (select 1 from namespace where name = @namespace)
          on conflict (name) do nothing returning id)
        {Distribution} from made r, (
          select id from space union all select id from namespace where name = @namespace) n {IfNew}
        """,
        Values(repository, name, isPrivate));

    private (string, object?)[] Values(Guid repository, string name, bool isPrivate) =>
    [
        ("repository", repository), ("distribution", Guid.CreateVersion7()), ("namespace_id", Guid.CreateVersion7()),
        ("name", name), ("namespace", NamespaceRows.Of(name)), ("private", isPrivate), ("now", clock.GetUtcNow()), ("yes", true),
    ];

    // Of a repository that nothing serves: somebody created a distribution of that path at the same time.
    private static Statement[] TakeBack(Guid repository) =>
    [
        new(
            """
            delete from repository where id = @id and not exists (select 1 from distribution d where d.repository_id = @id)
            """,
            ("id", repository)),
        new(
            """
            delete from repository_version where repository_id = @id
            and not exists (select 1 from repository r where r.id = @id)
            """,
            ("id", repository)),
    ];

    private static ProblemException Taken(string name) => new(
        ProblemKind.Denied,
        "A repository or a distribution of that name exists, and nothing is served by this name: a push adopts neither. "
        + "Ask an administrator to create a distribution with this base path for the repository, or push to another name.",
        name);

    private static Binding? Read(Row row) =>
        row.GuidOrNull(0) is { } repository
            ? new(repository, row.Int32OrNull(1), row.GuidOrNull(2) is not null)
            : null;
}
