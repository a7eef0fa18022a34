using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>repositories/container/container-push/</c>: old clients look there. Pushed repositories are ordinary ones here,
/// so the list is empty.
/// </summary>
internal static class PushRepositoryEndpoints
{
    private const string Prefix = "repositories_container_container_push_";

    public static void MapPushRepositories(this OperationMap operations)
    {
        var none = new NoneOf<RepositoryRecord>(operations.Get<IListing<RepositoryRecord>>());
        var shape = RepositoryShape.Shape with { Name = "container.ContainerPushRepository" };
        operations.MapList(new ListOf<RepositoryRecord>(Prefix + "list", HrefParameters.PushRepositories, shape)
        {
            Listing = none,
        });
        operations.MapRead(Prefix + "read", HrefParameters.PushRepository, shape, none);
    }

    private sealed class NoneOf<T>(IListing<T> like) : IListing<T>
    {
        public IReadOnlyList<Filter> Filters => like.Filters;

        public IReadOnlyCollection<string> Orders => like.Orders;

        public Task<IReadOnlyList<T>> ListAsync(ListQuery query, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<T>>([]);

        public Task<long> CountAsync(Condition condition, CancellationToken cancellationToken) => Task.FromResult(0L);
    }
}
