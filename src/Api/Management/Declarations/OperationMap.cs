using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Management;

/// <summary>Maps operations to their endpoints, each carrying its declaration.</summary>
internal sealed class OperationMap(IEndpointRouteBuilder endpoints)
{
    /// <summary>
    /// What binds the endpoint's parameters is compiled when it is first asked for: a node that starts has a few hundred
    /// operations, and no use for most of them.
    /// </summary>
    public void Map(Operation operation, Delegate endpoint)
    {
        var pattern = RoutePatternFactory.Parse(Address.Route(operation.Path));
        var options = new RequestDelegateFactoryOptions
        {
            ServiceProvider = endpoints.ServiceProvider,
            RouteParameterNames = [.. pattern.Parameters.Select(parameter => parameter.Name)],
        };
        var handler = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(endpoint, options).RequestDelegate);
        endpoints.MapMethods(
            pattern.RawText!,
            operation.Method == "GET" ? ["GET", "HEAD"] : [operation.Method],
            (RequestDelegate)(context => handler.Value(context)))
            .WithMetadata(operation, operation.Requirement);
    }

    /// <summary>What declarations are taken from.</summary>
    public T Get<T>()
        where T : notnull => endpoints.ServiceProvider.GetRequiredService<T>();
}
