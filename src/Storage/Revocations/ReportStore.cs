using System.Runtime.CompilerServices;
using OrleansRegistry.Journal;
using OrleansRegistry.Revocations;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IReportStore"/>
internal sealed class ReportStore(IDatabase database, PullStore pulls, SecretKey secret)
    : IReportStore, IReportKeyStore
{
    private const int PerPage = 1_000;

    private readonly SealedKey _key = new(database, secret, SecretPlace.ReportKey);

    public async IAsyncEnumerable<RevokedRepository> RepositoriesAsync(
        Guid revocation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var repositories = RevocationLists.Repositories();
        var last = Guid.Empty;
        while (true)
        {
            var page = await database.QueryAsync(
                new(
                    $"""
                    {repositories.Select} where t.revocation_id = @id and t.repository_id > @last
                    order by t.repository_id limit @limit
                    """,
                    ("id", revocation), ("last", last), ("limit", PerPage)),
                repositories.Read,
                cancellationToken);
            foreach (var repository in page)
                yield return repository;
            if (page.Count < PerPage)
                yield break;
            last = page[^1].Repository;
        }
    }

    public Task<IReadOnlyList<PullRecord>> PullsAsync(
        Guid revocation, Guid? last, int limit, CancellationToken cancellationToken) => pulls.ListAsync(
        new Statement(RevocationPlan.Images, ("id", revocation)), DateOnly.MinValue, last, limit, cancellationToken);

    public async Task<IReadOnlyList<AffectedDistribution>> DistributionsAsync(
        Guid revocation, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(RevocationPlan.Distributions, ("id", revocation), ("limit", limit)),
            row => new AffectedDistribution(row.String(0), row.Int32OrNull(1)),
            cancellationToken);

    public async Task<IReadOnlyList<string>> TagsAsync(
        Guid revocation, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(RevocationPlan.Tags, ("id", revocation), ("limit", limit)),
            row => $"{row.String(0)}:{row.String(1)}@{row.String(2)}",
            cancellationToken);

    public async Task<IReadOnlyList<string>> ServicesAsync(Guid revocation, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(RevocationPlan.Services, ("id", revocation)), row => row.String(0), cancellationToken);

    public Task SealAsync(Guid revocation, string report, byte[] signature, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    """
                    update revocation set report = @report, report_signature = @signature
                    where id = @id and report is null
                    """,
                    ("report", report), ("signature", signature), ("id", revocation)),
                cancellationToken),
            cancellationToken);

    public async Task<(string Report, byte[] Signature)?> FindAsync(Guid revocation, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select report, report_signature from revocation where id = @id and report is not null", ("id", revocation)),
            row => (row.String(0), row.Bytes(1)),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken) =>
        _key.GetOrAddAsync(create, cancellationToken);
}
