using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>repositories/container/container-push/</c>: old clients look there. Pushed repositories are ordinary ones here,
/// so the list is empty.
/// </summary>
internal static class PushRepositoryEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.PushRepository);

    public static void MapPushRepositories(this OperationMap operations)
    {
        var none = new NoneOf<RepositoryRecord>(operations.Get<IListing<RepositoryRecord>>());
        var shape = RepositoryShape.Shape with { Name = "container.ContainerPushRepository" };
        operations.MapList(new ListOf<RepositoryRecord>(Prefix + "list", Address.Collection(ResourceKind.PushRepository), shape)
        {
            Listing = none,
        });
        operations.MapRead(Prefix + "read", Address.Parameter(ResourceKind.PushRepository), shape, none);
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
