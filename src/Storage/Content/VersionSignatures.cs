using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The signatures in one version, those that came last first. It is asked for by <c>repository_version</c>.</summary>
/// <remarks>
/// A page costs what is on it and on the pages before it, however long the history is: what is still there is read in the order
/// it came; what left is looked for by how long it stayed, for then it came no longer ago than that. Which steps there are
/// says the index <c>repository_content_unsigned</c>.
/// </remarks>
internal sealed class VersionSignatures(IDatabase database, ListGate gate, SignatureHistoryRows rows) : IListing<VersionSignature>
{
    private const int Steps = 10;

    private const string Order = "order by version_added desc, content_id desc";

    // How long a signature stayed: less than four versions, less than sixteen, and so on. As it stands in the index.
    private const string Step = """
        (case when version_removed - version_added < 4 then 0 when version_removed - version_added < 16 then 1
          when version_removed - version_added < 64 then 2 when version_removed - version_added < 256 then 3
          when version_removed - version_added < 1024 then 4 when version_removed - version_added < 4096 then 5
          when version_removed - version_added < 16384 then 6 when version_removed - version_added < 65536 then 7
          when version_removed - version_added < 262144 then 8 else 9 end)
        """;

    private static readonly string _page = $"""
        {string.Join("\nunion all\n", Parts())}
        {Order} limit @limit offset @offset
        """;

    public IReadOnlyList<Filter> Filters => [];

    public IReadOnlyCollection<string> Orders => [];

    public async Task<IReadOnlyList<VersionSignature>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        var version = VersionOf(query.Condition);
        var (repository, number) = (version.Id, version.Number);
        var made = await gate.QueryAsync(
            database,
            new(
                "select created_at from repository_version where repository_id = @repository and number = @number",
                ("repository", repository), ("number", number)),
            row => row.Time(0),
            cancellationToken);
        if (made is not [var then])
            return [];
        var ids = await gate.QueryAsync(
            database,
            new(
                _page,
                ("repository", repository), ("number", number), ("limit", query.Limit), ("offset", query.Offset),
                ("reach", (long)query.Limit + query.Offset)),
            row => row.Guid(0),
            cancellationToken);
        var told = await rows.TellAsync(ids, then, cancellationToken);
        var spans = await rows.SpansAsync(ids, repository, number, cancellationToken);
        return
        [
            .. from one in told
               where spans.ContainsKey(one.Id)
               select new VersionSignature(one, spans[one.Id]),
        ];
    }

    // Every commit keeps that count.
    public async Task<long> CountAsync(Condition condition, CancellationToken cancellationToken)
    {
        var version = VersionOf(condition);
        var count = await gate.QueryAsync(
            database,
            new(
                "select present_signatures from repository_version where repository_id = @repository and number = @number",
                ("repository", version.Id), ("number", version.Number)),
            row => row.Int64(0),
            cancellationToken);
        return count.Sum();
    }

    private static IEnumerable<string> Parts()
    {
        yield return Part(0, "version_removed is null and version_added <= @number");
        for (var step = 0; step < Steps; step++)
            yield return Part(step + 1, $"""
                version_removed is not null and {Step} = {step} and version_added <= @number
                {(step < Steps - 1 ? $"and version_added > @number - {1 << (2 * (step + 1))}" : "")}
                and version_removed > @number
                """);
    }

    private static string Part(int number, string condition) => $"""
        select content_id, version_added from (
          select content_id, version_added from repository_content
          where repository_id = @repository and kind = {Kinds.Signature} and {condition}
          {Order} limit @reach) part{number}
        """;

    private static ResourceReference VersionOf(Condition condition) =>
        (ResourceReference)condition.ValueOf("repository_version")!;
}
