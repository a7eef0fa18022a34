using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Management;

/// <summary>Maps operations to their endpoints, each carrying its declaration.</summary>
internal sealed class OperationMap(IEndpointRouteBuilder endpoints)
{
    public void Map(Operation operation, Delegate endpoint) =>
        endpoints.MapMethods(
            Address.Route(operation.Path),
            operation.Method == "GET" ? ["GET", "HEAD"] : [operation.Method],
            endpoint)
            .WithMetadata(operation, operation.Requirement);

    /// <summary>What declarations are taken from.</summary>
    public T Get<T>()
        where T : notnull => endpoints.ServiceProvider.GetRequiredService<T>();
}
